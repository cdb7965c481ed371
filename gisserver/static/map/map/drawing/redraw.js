/** PURE: how a draft is drawn over the tiles: new borders, old ones dashed, corners, the place of a refusal. */

import { labelPoints } from "../labels.js";
import { BOLD } from "./words.js";
import { corners, ringsOf } from "../../redraw/geometry.js";
import { differences, nameOf } from "../../redraw/draft.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("../../redraw/types.js").DeskState} DeskState */
/** @typedef {import("../../redraw/types.js").Grid} Grid */
/** @typedef {Record<string, GeoJSON.FeatureCollection>} Overlays  by source */

export const DRAFT = "#6b3fa0";
export const TROUBLE = "#c0271b";
export const WARNING = "#b26a00";
const PICK = "#0b6e99";
/** The grid that gives ground away, beside the one that takes it. */
const GIVES = "#b26a00";

export const REDRAW_SOURCES = ["redraw-grids", "redraw-old", "redraw-names", "redraw-corners", "redraw-buildings", "redraw-marks"];

/** @param {GeoJSON.Feature[]} features @returns {GeoJSON.FeatureCollection} */
const collection = (features) => ({ type: "FeatureCollection", features });

/** @param {GeoJSON.Geometry} geometry @param {Record<string, any>} properties @returns {GeoJSON.Feature} */
const feature = (geometry, properties) => ({ type: "Feature", properties, geometry });

/**
 * @param {DeskState} state
 * @param {string[]} near  codes of the grids whose corners are shown
 * @returns {Overlays}
 */
export function redrawOverlays(state, near) {
  const { draft, picks, focus, dragged, trouble, warnings } = state;
  const nothing = Object.fromEntries(REDRAW_SOURCES.map((name) => [name, collection([])]));
  if (state.open && state.view === "new") return { ...nothing, "redraw-grids": collection(chosenGrounds(state)) };
  if (!state.open || !draft) return nothing;
  const { added, changed, removed } = differences(draft);
  const now = { ...draft.now, ...Object.fromEntries(dragged.map((grid) => [grid.code, grid])) };
  const touched = new Set([...added, ...changed, ...dragged.map(({ code }) => code)]);
  const grids = Object.values(now).map((grid) => feature(grid.geometry, {
    code: grid.code, changed: touched.has(grid.code), picked: picks.indexOf(grid.code) + 1, focus: grid.code === focus,
    gives: state.tool === "transfer" && picks[0] === grid.code,
  }));
  const old = [...changed, ...removed].map((code) => feature(outline(draft.base[code]), { code }));
  const marks = [
    ...warnings.filter(({ geometry }) => geometry).map((one) => feature(/** @type {GeoJSON.Geometry} */ (one.geometry), { mark: "warning" })),
    ...(trouble?.geometry ? [feature(trouble.geometry, { mark: "trouble" })] : []),
  ];
  return {
    "redraw-grids": collection(grids),
    "redraw-old": collection(old),
    "redraw-names": collection(named([...touched].map((code) => now[code]), draft.places)),
    "redraw-corners": collection(corners(near.map((code) => now[code]).filter(Boolean)).map((at) => feature({ type: "Point", coordinates: at }, {}))),
    "redraw-buildings": collection(state.buildings.map(({ id, at }) => feature({ type: "Point", coordinates: at }, { id }))),
    "redraw-marks": collection(marks),
  };
}

/** The communities chosen for a new redraw. @param {DeskState} state */
function chosenGrounds({ grounds, communities }) {
  return grounds.filter(({ code }) => communities.includes(code)).map(({ code, geometry }) => feature(geometry, { code, changed: false, picked: 1, focus: false, gives: false }));
}

/** @param {Grid} grid @returns {GeoJSON.MultiLineString} */
const outline = (grid) => ({ type: "MultiLineString", coordinates: ringsOf(grid.geometry) });

/** @param {Grid[]} grids @param {string[]} places @returns {GeoJSON.Feature[]} */
function named(grids, places) {
  return labelPoints(grids.map((grid, id) => ({ id, properties: { label: nameOf(grid, places) }, geometry: grid.geometry })));
}

/** The grids whose names on the tiles are no longer right. @param {DeskState} state @returns {string[]} codes */
export function renamed({ open, draft, dragged }) {
  if (!open || !draft) return [];
  const { changed, removed } = differences(draft);
  return [...changed, ...removed, ...dragged.map(({ code }) => code)];
}

/** @returns {Layer[]} beneath the buildings' marks: the ground of the draft */
export function redrawGround() {
  return [
    {
      id: "redraw-fill", type: "fill", source: "redraw-grids",
      paint: {
        "fill-color": ["case", ["get", "gives"], GIVES, [">", ["get", "picked"], 0], PICK, DRAFT],
        "fill-opacity": ["case", [">", ["get", "picked"], 0], 0.28, ["get", "focus"], 0.34, ["get", "changed"], 0.13, 0],
      },
    },
  ];
}

/** @returns {Layer[]} above all tiles */
export function redrawLines() {
  const round = /** @type {const} */ ({ "line-join": "round", "line-cap": "round" });
  return [
    {
      id: "redraw-old-casing", type: "line", source: "redraw-old", layout: round,
      paint: { "line-color": "#fff", "line-width": 3.4, "line-opacity": 0.85 },
    },
    {
      id: "redraw-old", type: "line", source: "redraw-old", layout: { "line-join": "round" },
      paint: { "line-color": "#55606b", "line-width": 1.8, "line-dasharray": [2.4, 2] },
    },
    {
      id: "redraw-line", type: "line", source: "redraw-grids", layout: round,
      paint: {
        "line-color": ["case", ["get", "gives"], GIVES, [">", ["get", "picked"], 0], PICK, ["get", "changed"], DRAFT, "#5f7f96"],
        "line-width": ["case", ["any", ["get", "focus"], [">", ["get", "picked"], 0]], 3.6, ["get", "changed"], 2.6, 1.2],
      },
    },
    {
      id: "redraw-buildings", type: "circle", source: "redraw-buildings",
      paint: { "circle-radius": 6, "circle-color": PICK, "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
    },
    ...markLayers(),
    {
      id: "redraw-corners", type: "circle", source: "redraw-corners",
      paint: { "circle-radius": 4.2, "circle-color": "#fff", "circle-stroke-color": DRAFT, "circle-stroke-width": 1.8 },
    },
    {
      id: "redraw-names", type: "symbol", source: "redraw-names",
      layout: { "text-field": ["get", "label"], "text-font": BOLD, "text-size": 13, "text-max-width": 8, "text-allow-overlap": true },
      paint: { "text-color": "#4a2478", "text-halo-color": "rgba(255,255,255,.95)", "text-halo-width": 1.8 },
    },
  ];
}

/** The places of refusals and warnings, whatever shape they have. @returns {Layer[]} */
function markLayers() {
  const color = /** @type {any} */ (["match", ["get", "mark"], "trouble", TROUBLE, WARNING]);
  const is = (/** @type {string[]} */ ...types) => /** @type {any} */ (["in", ["geometry-type"], ["literal", types]]);
  return [
    {
      id: "redraw-mark-fill", type: "fill", source: "redraw-marks", filter: is("Polygon", "MultiPolygon"),
      paint: { "fill-color": color, "fill-opacity": 0.3 },
    },
    {
      id: "redraw-mark-line", type: "line", source: "redraw-marks", filter: is("Polygon", "MultiPolygon", "LineString", "MultiLineString"),
      layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": color, "line-width": 11, "line-opacity": 0.4 },
    },
    {
      id: "redraw-mark-ring", type: "circle", source: "redraw-marks", filter: is("Point", "MultiPoint"),
      paint: { "circle-radius": 13, "circle-color": color, "circle-opacity": 0.2, "circle-stroke-color": color, "circle-stroke-width": 2.6 },
    },
  ];
}
