/** Composition root: makes the parts, and gives each what it needs of the others and of the window. */

import { ApiError, createApi } from "./api.js";
import { csrf, languageTag, rememberLanguage } from "./browser.js";
import { createTranslate, refusal } from "./i18n/translate.js";
import { createInspection } from "./inspection.js";
import { createEngine } from "./map/engine.js";
import { buildStyle, LAYER_NAMES, pickOrder } from "./map/style.js";
import { mountRedraws } from "./mount-redraws.js";
import { listenForNews } from "./news.js";
import { MapInspector } from "./panels/inspector.js";
import { MapLanguage } from "./panels/language.js";
import { MapLayers } from "./panels/layers.js";
import { MapModes } from "./panels/modes.js";
import { MapHint } from "./panels/redraw/hint.js";
import { MapRedraw } from "./panels/redraw/panel.js";
import { MapSignin } from "./panels/signin.js";
import { MapSearch } from "./panels/search.js";
import { MapStatus } from "./panels/status.js";
import { MapTime } from "./panels/time.js";
import { shownOf, uploadsOf, withCollections } from "./published.js";
import { createQuestions } from "./questions.js";
import { createStore } from "./store.js";
import { watchReturn } from "./watch.js";

/** @typedef {import("./types.js").Lang} Lang */
/** @typedef {import("./types.js").Context} Context */

customElements.define("map-hint", MapHint);
customElements.define("map-inspector", MapInspector);
customElements.define("map-language", MapLanguage);
customElements.define("map-layers", MapLayers);
customElements.define("map-modes", MapModes);
customElements.define("map-redraw", MapRedraw);
customElements.define("map-search", MapSearch);
customElements.define("map-signin", MapSignin);
customElements.define("map-status", MapStatus);
customElements.define("map-time", MapTime);

/** What a proxy, or a server without its database, answers; 0 is no answer at all. */
const AWAY = [0, 502, 503, 504];

const store = createStore(
  /** @type {import("./types.js").State} */ ({
    lang: document.documentElement.lang.startsWith("en") ? "en" : "zh",
    visible: { divisions: true, grids: true, buildings: true, incidents: true },
    // A supervisor looks after what is not done yet; the legend brings back the rest.
    statuses: ["new", "assigned", "in_progress"],
    published: [],
    switched: {},
    selection: null,
    detail: { status: "idle" },
    pin: null,
    at: null,
    history: false,
    online: navigator.onLine,
  }),
);

// An answer does not end an outage: tiles may still fail, and only the watch below asks again for those that did.
const api = createApi({
  fetch: fetch.bind(window),
  csrf,
  language: () => languageTag(store.get().lang),
  onSignedOut: () => signin.ask(),
  onReach: (reached) => {
    if (!reached) store.set({ online: false });
  },
});

const questions = createQuestions(api);
const signin = /** @type {MapSignin} */ (document.querySelector("map-signin"));

const news = listenForNews({ connect: () => new EventSource("/api/events"), page: document });

/** @type {Record<Lang, Record<string, string>>} */
const catalogs = Object.fromEntries(
  await Promise.all(
    ["zh", "en"].map(async (lang) => {
      const response = await fetch(new URL(`./i18n/${lang}.json`, import.meta.url));
      return [lang, await response.json()];
    }),
  ),
);
const t = createTranslate(() => catalogs[store.get().lang]);

/** @type {<T extends HTMLElement>(selector: string) => T} */
const part = (selector) => /** @type {any} */ (document.querySelector(selector));

const status = /** @type {MapStatus} */ (part("map-status"));
const [bounds, uploads] = await Promise.all([boundsOfTiles(), layersOf("/api/layers/", uploadsOf), news.begun]);
store.set({ published: uploads });
const engine = createEngine(part("#map"), style(), {
  bounds,
  onTrouble,
  calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
  pickOrder: (zoom) => pickOrder(shownOf(store.get()), zoom),
  words: {
    "Map.Title": t("map.title"),
    "NavigationControl.ZoomIn": t("map.zoom_in"),
    "NavigationControl.ZoomOut": t("map.zoom_out"),
  },
});

/** @type {Context} */
const context = {
  store,
  api,
  t,
  timeZone: document.documentElement.dataset.timeZone ?? "Asia/Shanghai",
  actions: {
    select: (selection) => store.set({ selection }),
    flyTo: engine.flyTo,
    fit: engine.fit,
    pin: (pin) => store.set({ pin }),
    travel: (at) => store.set({ history: true, at }),
    speak(lang) {
      rememberLanguage(lang);
      store.set({ lang });
    },
  },
};

signin.connect(context, { user: part("map-redraw").dataset.user ?? "", csrf });
for (const name of ["map-status", "map-language", "map-layers", "map-search", "map-inspector"]) {
  /** @type {{connect: (context: Context) => void}} */ (/** @type {unknown} */ (part(name))).connect(context);
}
const inspection = createInspection({ store, api, engine, questions, t });
store.on(["lang", "visible", "statuses", "pin", "switched", "at"], () => engine.apply(style()));
store.on(["selection"], ({ selection }) => {
  inspection.mark(selection);
  engine.during(inspection.inspect(selection));
});
store.on(["online"], ({ online }) => online && engine.reload());
watchReturn(store, async () => (await fetch("/readyz")).ok);
window.addEventListener("offline", () => store.set({ online: false }));
window.addEventListener("online", () => store.set({ online: true }));
mountRedraws({
  context,
  engine,
  news,
  questions,
  elements: {
    status,
    redraw: part("map-redraw"),
    hint: part("map-hint"),
    modes: part("map-modes"),
    time: part("map-time"),
  },
});
status.credit(await questions.sourceOfGrids());
// Last, because the server measures every collection for it; none of them is drawn before somebody asks.
await listCollections(uploads);
store.on(["lang"], async () => listCollections(await layersOf("/api/layers/", uploadsOf)));

/**
 * Show every published collection by its title in the language spoken, the one that is looked at too.
 * @param {import("./types.js").Published[]} known  the uploads
 */
async function listCollections(known) {
  const published = await layersOf("/ogc/collections", (answer) => withCollections(known, answer));
  store.set({ published });
  const { selection } = store.get();
  const layer = published.find(({ id }) => id === selection?.layer?.id);
  if (selection && layer && layer.title !== selection.layer?.title) store.set({ selection: { ...selection, layer } });
}

function style() {
  const state = store.get();
  return buildStyle({ ...state, published: shownOf(state) }, location.origin);
}

/**
 * Published layers, by one of the server's lists; those known already where it refuses.
 * @param {string} door
 * @param {(answer: any) => import("./types.js").Published[]} read
 */
async function layersOf(door, read) {
  try {
    return read(await api.get(door));
  } catch (error) {
    if (error instanceof ApiError) return store.get().published;
    throw error;
  }
}

/**
 * A tile that did not come, or a defect of ours, which belongs in the browser's console.
 * @param {{message: string, status?: number}} error
 */
function onTrouble(error) {
  if (error.status === 401) signin.ask().then(() => engine.refresh(LAYER_NAMES));
  else if (error.status !== undefined && AWAY.includes(error.status)) store.set({ online: false });
  else reportError(error);
}

/**
 * The box of the user's grids: who looks after one community begins there. Null (the whole world) when the server can't
 * tell.
 */
async function boundsOfTiles() {
  try {
    return (await api.get("/tiles/grids.json")).bounds;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    status.fail(refusal(t, error));
    return null;
  }
}
