/** Redraws on the map: their store, panels and mode, and when that mode listens to the map. */

import { save } from "./browser.js";
import { count } from "./format.js";
import { guidesOf, LAYER_NAMES } from "./map/style.js";
import { browse } from "./modes/browse.js";
import { listenToKeys } from "./modes/keys.js";
import { redrawing } from "./modes/redraw.js";
import { shownOf } from "./published.js";
import { createDoors } from "./redraw/doors.js";
import { createRedrawStore } from "./redraw/store.js";
import { changesOf } from "./redraw/timeline.js";
import { placeOf } from "./results.js";

/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./map/engine.js").Engine} Engine */
/** @typedef {import("./modes/browse.js").Mode} Mode */
/** @typedef {import("./redraw/store.js").RedrawStore} RedrawStore */

/**
 * @typedef {object} Elements  of the page, by what they show
 * @property {import("./panels/status.js").MapStatus} status
 * @property {import("./panels/redraw/panel.js").MapRedraw} redraw
 * @property {import("./panels/redraw/hint.js").MapHint} hint
 * @property {import("./panels/modes.js").MapModes} modes
 * @property {import("./panels/time.js").MapTime} time
 */

/**
 * @param {object} parts
 * @param {Context} parts.context
 * @param {Engine} parts.engine
 * @param {import("./news.js").News} parts.news
 * @param {import("./questions.js").Questions} parts.questions
 * @param {Elements} parts.elements
 */
export function mountRedraws({ context, engine, news, questions, elements }) {
  const { store, api, t } = context;
  const doors = createDoors(api);
  const redrawStore = createRedrawStore({ doors, t, save, onPublished: () => engine.refresh(LAYER_NAMES) });
  const everyday = browse(context, engine, (under) => elements.status.point(under));
  const drawController = redrawing({
    context,
    engine,
    redrawStore,
    doors,
    load: () => import("./map/sketch.js"),
    guides: () => guidesOf(shownOf(store.get()), store.get().visible),
    onPoint: (at, under) => elements.status.tell(at, under ? carriedWords(under) : ""),
  });
  /** @param {{grid: import("./redraw/types.js").Grid, n: number|null}} under */
  const carriedWords = ({ grid, n }) =>
    [grid.name || grid.code, n !== null && `${t(`field.${redrawStore.get().measure}`)} ${count(n, store.get().lang)}`]
      .filter(Boolean)
      .join(" · ");

  const { may = "", user = "" } = elements.redraw.dataset;
  const look = lookWith(engine);
  const panelContext = { context, redrawStore, doors, drawController, look, user, may: may.split(" ") };
  elements.redraw.connect(panelContext);
  elements.hint.connect(panelContext);
  elements.modes.connect(context, redrawStore, drawController);
  elements.time.connect(context, async () => changesOf(await doors.published().catch(() => [])), questions.noticeOf);
  listenToKeys(redrawStore, drawController);
  window.addEventListener("beforeunload", (event) => {
    if (drawController.unsaved()) event.preventDefault();
  });
  news.on("partition", () => {
    engine.refresh(LAYER_NAMES);
    redrawStore.refresh(true);
  });
  news.on("redraw", () => redrawStore.refresh());
  switchModes(context, redrawStore, everyday, drawController);
}

/** What shows a geometry from near by. @param {Engine} engine */
const lookWith = (engine) => (/** @type {any} */ geometry) => {
  const place = placeOf(geometry);
  if (place?.bounds) engine.fit(place.bounds);
  else if (place) engine.flyTo(place.at, 18);
};

/**
 * One mode listens to the map at a time: that of redrawing while a redraw is open, or a new one is begun.
 * @param {Context} context
 * @param {RedrawStore} redrawStore
 * @param {Mode} everyday
 * @param {Mode} drawing
 */
function switchModes({ store }, redrawStore, everyday, drawing) {
  let mode = everyday;
  mode.enter();
  redrawStore.on(["open", "view"], ({ open, view }) => {
    const next = open && view !== "list" ? drawing : everyday;
    if (next === mode) return;
    mode.exit();
    mode = next;
    mode.enter();
    store.set({ selection: null });
  });
}
