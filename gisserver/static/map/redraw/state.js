/** What the store of redraws holds before anything is open, and what is dropped when nothing is being drawn. PURE. */

/** @typedef {import("./types.js").RedrawState} RedrawState */

/** Nothing in hand. */
/** @type {Pick<RedrawState, "picks"|"keep"|"buildings"|"drawn"|"dragged"|"hand"|"trouble">} */
export const IDLE = { picks: [], keep: null, buildings: [], drawn: false, dragged: [], hand: null, trouble: null };

/** @type {RedrawState} */
export const EMPTY = {
  open: false,
  view: "list",
  rows: [],
  status: "",
  more: null,
  allCommunities: [],
  communities: [],
  redraw: null,
  draft: null,
  tool: null,
  byBuildings: false,
  warnings: [],
  commands: [],
  preview: null,
  focus: null,
  assets: null,
  measure: "households",
  shaded: false,
  busy: false,
  notice: "",
  ...IDLE,
};
