/**
 * What a verb is in the browser: one object with all that the toolbar, the keyboard, the map and the panel ask of it.
 */

/** @typedef {import("../types.js").Body} Body */
/** @typedef {import("../types.js").RedrawState} RedrawState */
/** @typedef {import("../types.js").LonLat} LonLat */
/** @typedef {import("../../panels/redraw/panel.js").PanelContext} PanelContext */
/** @typedef {import("../../dom.js").Child} Child */
/** @typedef {import("../counting.js").Shift} Shift */
/**
 * @typedef {RedrawState & {draft: NonNullable<RedrawState["draft"]>, assets: NonNullable<RedrawState["assets"]>}}
 *   Counting
 */
/** @typedef {Pick<RedrawState, "picks"|"byBuildings"|"buildings"|"keep"|"draft">} State  what a verb looks at */

/**
 * Its words in the catalogues: `redraw.tool.NAME`, the tooltip `redraw.about.NAME`, and its hints.
 * @typedef {object} Verb
 * @property {string} name       as the server knows it
 * @property {string} shortcut   the key that chooses it
 * @property {string} icon       an SVG path on a field of 20 by 20
 * @property {number} picks      how many grids are to be clicked first; Infinity for two and more
 * @property {"corner"|"edge"|null} snap  what is clicked or dragged
 * @property {(redraw: import("../types.js").Redraw|null) => boolean} available  whether it is offered at all
 * @property {(state: State) => string|null} disabled  why it can't be used now, as a key of the catalogue; null: it can
 * @property {(state: State) => string} hint       what is to be done next, as a key of the catalogue
 * @property {(state: State) => import("../types.js").Shape|null} shape  what is drawn once the grids are picked
 * @property {((drawing: GeoJSON.LineString|GeoJSON.Polygon, state: State) => Body|null)|null} ofDrawing  the command of
 *   a drawing; null: it says too little
 * @property {((place: import("../geometry.js").Near) => Body)|null} ofPlace  the command of a click on a corner or a
 *   border
 * @property {((from: LonLat, to: LonLat) => Body)|null} ofDrag  the command of a corner that was dragged
 * @property {(state: State) => Body|null} ofPicks  the command when what was picked is enough; null: it is not yet
 * @property {(state: Counting, inside: (geometry: any) => number) => Shift[]} shifts  what each grid carries before and
 *   after what is in hand
 * @property {((panelContext: PanelContext) => Child[])|null} form  what is filled in, in the panel
 */

/**
 * A verb from what is particular to it.
 * @param {Partial<Verb> & Pick<Verb, "name"|"shortcut"|"icon">} own
 * @returns {Verb}
 */
export function verb(own) {
  const { name, picks = 0 } = own;
  return {
    picks,
    snap: null,
    available: (redraw) => redraw?.may.includes("draw") ?? false,
    disabled: () => null,
    hint: ({ picks: picked }) => `redraw.hint.${name}${picks === 1 && picked.length === 1 ? "_form" : ""}`,
    shape: () => null,
    ofDrawing: null,
    ofPlace: null,
    ofDrag: null,
    ofPicks: () => null,
    shifts: () => [],
    form: null,
    ...own,
  };
}

/**
 * For verbs that take two grids: a draft of one grid has nothing for them.
 * @param {State} state
 * @returns {string|null}
 */
export const needsTwoGrids = ({ draft }) =>
  Object.keys(draft?.now ?? {}).length > 1 ? null : "redraw.disabled.one_grid";

/** @param {LonLat} at @returns {GeoJSON.Point} */
export const point = (at) => ({ type: "Point", coordinates: at });
