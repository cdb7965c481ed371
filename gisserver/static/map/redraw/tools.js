/** PURE: the tools: which key chooses each, what it asks of the hand, and the command that comes of it. */

import { mostlyIn } from "./geometry.js";

/** @typedef {import("./types.js").ToolName} ToolName */
/** @typedef {import("./types.js").Body} Body */
/** @typedef {import("./types.js").Grids} Grids */
/** @typedef {import("./types.js").LonLat} LonLat */
/**
 * @typedef {object} Tool
 * @property {ToolName} name
 * @property {string} key
 * @property {number} picks  how many grids are to be clicked first; Infinity for two and more
 * @property {import("./types.js").Shape|null} shape  what is drawn then
 * @property {"corner"|"edge"|null} snap  what is clicked or dragged
 * @property {boolean} form  whether something is filled in, in the panel
 */

/** @type {Tool[]} */
export const TOOLS = [
  { name: "split", key: "s", picks: 0, shape: "line", snap: null, form: false },
  { name: "reshape", key: "r", picks: 0, shape: "line", snap: null, form: false },
  { name: "merge", key: "m", picks: Infinity, shape: null, snap: null, form: true },
  { name: "transfer", key: "t", picks: 2, shape: "polygon", snap: null, form: true },
  { name: "move_node", key: "n", picks: 0, shape: null, snap: "corner", form: false },
  { name: "insert_node", key: "i", picks: 0, shape: null, snap: "edge", form: false },
  { name: "remove_node", key: "x", picks: 0, shape: null, snap: "corner", form: false },
  { name: "rename", key: "e", picks: 1, shape: null, snap: null, form: true },
  { name: "set_kind", key: "k", picks: 1, shape: null, snap: null, form: true },
  { name: "split_balanced", key: "b", picks: 1, shape: null, snap: null, form: true },
];

/** What the server can make equal. */
export const MEASURES = ["households", "residents", "units", "buildings", "incidents"];

/** What is counted while somebody draws, by the names of the preview. */
export const COUNTED = ["households", "residents", "units", "buildings", "incidents_open"];

/** @param {ToolName|null} name @returns {Tool|null} */
export const toolNamed = (name) => TOOLS.find((tool) => tool.name === name) ?? null;

/** @param {string} key as the keyboard tells it @returns {ToolName|null} */
export const toolOfKey = (key) => TOOLS.find((tool) => tool.key === key.toLowerCase())?.name ?? null;

/** @param {LonLat} at @returns {GeoJSON.Point} */
const point = (at) => ({ type: "Point", coordinates: at });

/**
 * The command of a drawing; null when it says too little, such as a line outside all grids.
 * @param {ToolName} tool
 * @param {GeoJSON.LineString|GeoJSON.Polygon} drawing
 * @param {{grids: Grids, picks: string[]}} ground
 * @returns {Body|null}
 */
export function bodyOfDrawing(tool, drawing, { grids, picks }) {
  if (tool === "transfer") return { verb: tool, from: picks[0], to: picks[1], area: drawing };
  if (tool === "reshape") return { verb: tool, line: drawing };
  const grid = mostlyIn(grids, /** @type {LonLat[]} */ (drawing.coordinates));
  return grid === null ? null : { verb: "split", grid, line: drawing };
}

/**
 * @param {LonLat} node
 * @param {LonLat} to
 * @returns {Body}
 */
export const bodyOfMove = (node, to) => ({ verb: "move_node", node: point(node), to: point(to) });

/**
 * @param {"insert_node"|"remove_node"} tool
 * @param {import("./geometry.js").Near} place
 * @returns {Body}
 */
export function bodyOfPlace(tool, { at, edge }) {
  if (tool === "remove_node") return { verb: tool, node: point(at) };
  return { verb: tool, at: point(at), ...(edge && { edge: { type: "LineString", coordinates: edge } }) };
}

/**
 * Click once to pick a grid, again to let it go; the oldest pick makes room where only so many are wanted.
 * @param {string[]} picks
 * @param {string} code
 * @param {number} wanted
 * @returns {string[]}
 */
export function picked(picks, code, wanted) {
  if (picks.includes(code)) return picks.filter((other) => other !== code);
  return wanted === 1 ? [code] : [...picks, code].slice(-Math.min(wanted, 1000));
}

/**
 * Buildings found in a box are chosen besides the others; those of a mere click are let go if they were chosen.
 * @param {{id: number, at: LonLat}[]} chosen
 * @param {{id: number, at: LonLat}[]} found
 * @param {boolean} clicked
 */
export function chosenOf(chosen, found, clicked) {
  const known = new Set(chosen.map(({ id }) => id));
  const again = new Set(clicked ? found.map(({ id }) => id) : []);
  return [...chosen.filter(({ id }) => !again.has(id)), ...found.filter(({ id }) => !known.has(id))];
}

/**
 * What is to be done next, as a key of the catalogue.
 * @param {{tool: ToolName|null, picks: string[], drawn: boolean, byBuildings: boolean}} state
 */
export function hintOf({ tool: name, picks, drawn, byBuildings }) {
  const tool = toolNamed(name);
  if (!tool) return "redraw.hint.none";
  if (drawn) return "redraw.hint.mend";
  if (tool.name === "transfer" && picks.length < 2) return `redraw.hint.transfer_${picks.length === 0 ? "from" : "to"}`;
  if (tool.name === "transfer") return byBuildings ? "redraw.hint.transfer_buildings" : "redraw.hint.transfer_area";
  if (tool.picks === 1 && picks.length === 1) return `redraw.hint.${tool.name}_form`;
  return `redraw.hint.${tool.name}`;
}
