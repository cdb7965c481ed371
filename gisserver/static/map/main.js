/** Composition root: makes the parts, gives each what it needs, and is the only file that touches the window's globals. */

import { ApiError, createApi, flat } from "./api.js";
import { doorOf } from "./cards/cards.js";
import { count } from "./format.js";
import { createTranslate, refusal } from "./i18n/translate.js";
import { createEngine } from "./map/engine.js";
import { publishedSource } from "./map/drawing/published.js";
import { buildStyle, guidesOf, LAYER_NAMES, pickOrder } from "./map/style.js";
import { browse } from "./modes/browse.js";
import { listenToKeys } from "./modes/keys.js";
import { redrawing } from "./modes/redraw.js";
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
import { createRedrawStore } from "./redraw/store.js";
import { createDoors } from "./redraw/doors.js";
import { changesOf } from "./redraw/timeline.js";
import { placeOf } from "./results.js";
import { createStore } from "./store.js";
import { watchReturn } from "./watch.js";

/** @typedef {import("./types.js").Lang} Lang */
/** @typedef {import("./types.js").Selection} Selection */
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

/** The cookie that Django's LocaleMiddleware reads too, so that the login page speaks the same language. */
const LANGUAGE_COOKIE = "django_language";
const A_YEAR_S = 365 * 24 * 3600;

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
      document.cookie = `${LANGUAGE_COOKIE}=${languageTag(lang)};path=/;max-age=${A_YEAR_S};samesite=lax`;
      store.set({ lang });
    },
  },
};

signin.connect(context, { user: part("map-redraw").dataset.user ?? "", csrf });
for (const name of ["map-status", "map-language", "map-layers", "map-search", "map-inspector"]) {
  /** @type {{connect: (context: Context) => void}} */ (/** @type {unknown} */ (part(name))).connect(context);
}
store.on(["lang", "visible", "statuses", "pin", "switched", "at"], () => engine.apply(style()));
store.on(["selection"], ({ selection }) => {
  mark(selection);
  engine.during(inspect(selection));
});
store.on(["online"], ({ online }) => online && engine.reload());
watchReturn(store, async () => (await fetch("/readyz")).ok);
window.addEventListener("offline", () => store.set({ online: false }));
window.addEventListener("online", () => store.set({ online: true }));
mountRedraws();
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

/** Redraws: their panel, their mode, and when each listens to the map instead of the everyday one. */
function mountRedraws() {
  const doors = createDoors(api);
  const redrawStore = createRedrawStore({ doors, t, save, onPublished: () => engine.refresh(LAYER_NAMES) });
  const everyday = browse(context, engine, (news) => status.point(news));
  const drawController = redrawing({
    context,
    engine,
    redrawStore,
    doors,
    load: () => import("./map/sketch.js"),
    guides: () => guidesOf(shownOf(store.get()), store.get().visible),
    onPoint: (at, under) => status.tell(at, under ? carriedWords(under) : ""),
  });
  /** @param {{grid: import("./redraw/types.js").Grid, n: number|null}} under */
  const carriedWords = ({ grid, n }) =>
    [grid.name || grid.code, n !== null && `${t(`field.${redrawStore.get().measure}`)} ${count(n, store.get().lang)}`]
      .filter(Boolean)
      .join(" · ");
  /** @param {any} geometry */
  const look = (geometry) => {
    const place = placeOf(geometry);
    if (place?.bounds) engine.fit(place.bounds);
    else if (place) engine.flyTo(place.at, 18);
  };
  const element = /** @type {MapRedraw} */ (part("map-redraw"));
  const { may = "", user = "" } = element.dataset;
  const panelContext = { context, redrawStore, doors, drawController, look, user, may: may.split(" ") };
  element.connect(panelContext);
  /** @type {MapHint} */ (part("map-hint")).connect(panelContext);
  /** @type {MapModes} */ (part("map-modes")).connect(context, redrawStore, drawController);
  window.addEventListener("beforeunload", (event) => {
    if (drawController.unsaved()) event.preventDefault();
  });
  /** @type {MapTime} */ (part("map-time")).connect(
    context,
    async () => changesOf(await doors.published().catch(() => [])),
    questions.noticeOf,
  );
  listenToKeys(redrawStore, drawController);
  news.on("partition", () => {
    engine.refresh(LAYER_NAMES);
    redrawStore.refresh(true);
  });
  news.on("redraw", () => redrawStore.refresh());
  /** @type {import("./modes/browse.js").Mode} */
  let mode = everyday;
  mode.enter();
  redrawStore.on(["open", "view"], ({ open, view }) => {
    const next = open && view !== "list" ? drawController : everyday;
    if (next === mode) return;
    mode.exit();
    mode = next;
    mode.enter();
    store.set({ selection: null });
  });
}

/** @param {{blob: Blob, name: string}} file  for the browser to keep */
function save({ blob, name }) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

function csrf() {
  return cookie("csrftoken");
}

/** What Django calls a language. @param {Lang} lang */
function languageTag(lang) {
  return lang === "zh" ? "zh-hans" : "en";
}

/** @param {string} name */
function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
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

/** The box of the user's grids: who looks after one community begins there. Null (the whole world) when the server can't tell. */
async function boundsOfTiles() {
  try {
    return (await api.get("/tiles/grids.json")).bounds;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    status.fail(refusal(t, error));
    return null;
  }
}

/**
 * Show on the map what was opened by a code or by a link, not by pointing at it.
 * @param {Selection} selection
 * @param {Record<string, any>} record
 */
function follow(selection, record) {
  const place = placeOf(record.geometry);
  if (selection.at || !place) return;
  if (place.bounds) engine.fit(place.bounds);
  else engine.flyTo(place.at, 17.5);
}

/** The line of the border that was asked about; none for all else. @param {any} [geometry] */
function trace(geometry) {
  engine.put("edge", {
    type: "FeatureCollection",
    features: geometry ? [{ type: "Feature", properties: {}, geometry }] : [],
  });
}

/** @param {Selection|null} selection */
function mark(selection) {
  engine.unmark();
  trace();
  if (selection?.id === null || selection?.id === undefined) return;
  const { kind, layer, id } = selection;
  if (kind === "published" && layer) return engine.mark(publishedSource(layer.id), layer.id, id);
  const own = LAYER_NAMES.find((name) => name === kind);
  if (own) engine.mark(own, own, id);
}

/**
 * Ask the server about what was selected; an answer to an earlier question is not shown.
 * @param {Selection|null} selection
 */
async function inspect(selection) {
  const { at } = store.get();
  const door = selection && doorOf(selection, at);
  if (!door) return store.set({ detail: { status: "idle" } });
  store.set({ detail: { status: "loading" } });
  const current = () => store.get().selection === selection;
  try {
    const [answer, versions] = await Promise.all([
      api.get(door),
      selection.kind === "grids" && selection.code ? questions.versionsOf(selection.code) : undefined,
    ]);
    /** @type {Record<string, any>} */
    const record = selection.layer
      ? { attributes: answer.properties, titles: await questions.fieldTitles(selection.layer.id) }
      : { ...flat(answer), versions };
    if (selection.kind === "units") Object.assign(record, await questions.buildingOf(record.building));
    if (selection.kind === "place" && record.grid) Object.assign(record, await questions.calledOf(record.grid, at));
    if (!current()) return;
    store.set({ detail: { status: "ready", record } });
    mark(
      selection.kind === "units"
        ? { kind: "buildings", id: record.building }
        : { ...selection, id: record.id ?? selection.id },
    );
    if (selection.kind === "edge") trace(record.geometry);
    follow(selection, record);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (current()) store.set({ detail: { status: "failed", code: error.code, message: refusal(t, error) } });
  }
}
