/** PURE: how a draft is drawn over the tiles: new borders, old ones dashed, corners, the place of a refusal. */

import { labelPoints } from "../labels.js";
import { BOLD } from "./words.js";
import { offOrdinary, ordinary, tally } from "../../redraw/counting.js";
import { corners, ringsOf } from "../../redraw/geometry.js";
import { differences, nameOf } from "../../redraw/draft.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("../../redraw/types.js").RedrawState} RedrawState */
/** @typedef {import("../../redraw/types.js").Grid} Grid */
/** @typedef {Record<string, GeoJSON.FeatureCollection>} Overlays  by source */

export const DRAFT = "#6b3fa0";
export const TROUBLE = "#c0271b";
export const WARNING = "#b26a00";
const PICK = "#0b6e99";
/** The grid that gives ground away, beside the one that takes it. */
const GIVES = "#b26a00";

export const REDRAW_SOURCES = [
  "redraw-outside",
  "redraw-grids",
  "redraw-old",
  "redraw-names",
  "redraw-corners",
  "redraw-buildings",
  "redraw-marks",
];

/** @param {GeoJSON.Feature[]} features @returns {GeoJSON.FeatureCollection} */
const collection = (features) => ({ type: "FeatureCollection", features });

/** @param {GeoJSON.Geometry} geometry @param {Record<string, any>} properties @returns {GeoJSON.Feature} */
const feature = (geometry, properties) => ({ type: "Feature", properties, geometry });

/**
 * @param {RedrawState} state
 * @param {string[]} near  codes of the grids whose corners are shown
 * @returns {Overlays}
 */
export function redrawOverlays(state, near) {
  const { draft, picks, focus, dragged, trouble, warnings, ground } = state;
  const nothing = Object.fromEntries(REDRAW_SOURCES.map((name) => [name, collection([])]));
  if (state.open && state.view === "new") return { ...nothing, "redraw-grids": collection(chosenGrounds(state)) };
  if (!state.open || !draft) return nothing;
  const { added, changed, removed } = differences(draft);
  const now = { ...draft.now, ...Object.fromEntries(dragged.map((grid) => [grid.code, grid])) };
  const touched = new Set([...added, ...changed, ...dragged.map(({ code }) => code)]);
  const loads = loadsOf(state, now);
  const usually = loads && ordinary(loads, now);
  const grids = Object.values(now).map((grid) =>
    feature(grid.geometry, {
      ...(loads && usually && { load: offOrdinary(grid.code, loads[grid.code], usually) ?? null }),
      code: grid.code,
      changed: touched.has(grid.code),
      picked: picks.indexOf(grid.code) + 1,
      focus: grid.code === focus,
      gives: state.tool === "transfer" && picks[0] === grid.code,
    }),
  );
  const old = [...changed, ...removed].map((code) => feature(outline(draft.base[code]), { code }));
  const marks = [
    ...warnings
      .filter(({ geometry }) => geometry)
      .map((one) => feature(/** @type {GeoJSON.Geometry} */ (one.geometry), { mark: "warning" })),
    ...(trouble?.geometry ? [feature(trouble.geometry, { mark: "trouble" })] : []),
  ];
  return {
    "redraw-outside": collection(ground ? [feature(outside(ground.frame), {})] : []),
    "redraw-grids": collection(grids),
    "redraw-old": collection(old),
    "redraw-names": collection(
      named(loads ? Object.values(now) : [...touched].map((code) => now[code]), draft.places, loads),
    ),
    "redraw-corners": collection(
      corners(near.map((code) => now[code]).filter(Boolean)).map((at) =>
        feature({ type: "Point", coordinates: at }, {}),
      ),
    ),
    "redraw-buildings": collection(
      state.buildings.map(({ id, at }) => feature({ type: "Point", coordinates: at }, { id })),
    ),
    "redraw-marks": collection(marks),
  };
}

/** The communities chosen for a new redraw. @param {RedrawState} state */
function chosenGrounds({ grounds, communities }) {
  return grounds
    .filter(({ code }) => communities.includes(code))
    .map(({ code, geometry }) => feature(geometry, { code, changed: false, picked: 1, focus: false, gives: false }));
}

/** What each grid carries, when they are coloured by it. @param {RedrawState} state @param {import("../../redraw/types.js").Grids} now */
const loadsOf = ({ shaded, ground, measure }, now) => (shaded && ground ? tally(now, ground.things, measure) : null);

/** All the world but a frame, so that what can't be drawn on steps back. @param {GeoJSON.Polygon|GeoJSON.MultiPolygon} frame @returns {GeoJSON.MultiPolygon} */
function outside(frame) {
  const parts = frame.type === "Polygon" ? [frame.coordinates] : frame.coordinates;
  const world = [
    [-180, -85],
    [180, -85],
    [180, 85],
    [-180, 85],
    [-180, -85],
  ];
  return {
    type: "MultiPolygon",
    coordinates: [
      [world, ...parts.map(([outer]) => outer)],
      ...parts.flatMap(([, ...holes]) => holes.map((hole) => [hole])),
    ],
  };
}

/** @param {Grid} grid @returns {GeoJSON.MultiLineString} */
const outline = (grid) => ({ type: "MultiLineString", coordinates: ringsOf(grid.geometry) });

/** @param {Grid[]} grids @param {string[]} places @param {Record<string, number>|null} loads @returns {GeoJSON.Feature[]} */
function named(grids, places, loads) {
  const label = (/** @type {Grid} */ grid) =>
    [nameOf(grid, places), ...(loads ? [loads[grid.code].toLocaleString("en")] : [])].join("\n");
  return labelPoints(grids.map((grid, id) => ({ id, properties: { label: label(grid) }, geometry: grid.geometry })));
}

/** The grids whose names on the tiles are no longer right, or are written here. @param {RedrawState} state @returns {string[]} codes */
export function renamed({ open, draft, dragged, shaded, ground }) {
  if (!open || !draft) return [];
  if (shaded && ground) return [...new Set([...Object.keys(draft.base), ...Object.keys(draft.now)])];
  const { changed, removed } = differences(draft);
  return [...changed, ...removed, ...dragged.map(({ code }) => code)];
}

/** @returns {Layer[]} beneath the buildings' marks: the ground of the draft */
export function redrawGround() {
  return [
    {
      id: "redraw-outside",
      type: "fill",
      source: "redraw-outside",
      paint: { "fill-color": "#eef1f3", "fill-opacity": 0.62, "fill-antialias": false },
    },
    {
      id: "redraw-fill",
      type: "fill",
      source: "redraw-grids",
      paint: {
        "fill-color": ["case", ["get", "gives"], GIVES, [">", ["get", "picked"], 0], PICK, LOADED, LOAD_COLOR, DRAFT],
        "fill-opacity": [
          "case",
          [">", ["get", "picked"], 0],
          0.28,
          ["get", "focus"],
          0.34,
          LOADED,
          0.55,
          ["get", "changed"],
          0.13,
          0,
        ],
      },
    },
  ];
}

/** From far too little to far too much; what is within the usual tolerance looks alike. */
export const LOAD_COLORS = /** @type {const} */ ([
  [-0.5, "#3b7fb8"],
  [-0.1, "#cfe0ec"],
  [0.1, "#f4e4c8"],
  [0.5, "#d9822b"],
  [1, "#b3462a"],
]);
/** @type {any} */
const LOADED = ["==", ["typeof", ["get", "load"]], "number"];
/** @type {any} */
const LOAD_COLOR = ["interpolate", ["linear"], ["to-number", ["get", "load"], 0], ...LOAD_COLORS.flat()];

/** @returns {Layer[]} above all tiles */
export function redrawLines() {
  const round = /** @type {const} */ ({ "line-join": "round", "line-cap": "round" });
  return [
    {
      id: "redraw-frame",
      type: "line",
      source: "redraw-outside",
      layout: round,
      paint: { "line-color": "#4a2478", "line-width": 3, "line-opacity": 0.55 },
    },
    {
      id: "redraw-old-casing",
      type: "line",
      source: "redraw-old",
      layout: round,
      paint: { "line-color": "#fff", "line-width": 3.4, "line-opacity": 0.85 },
    },
    {
      id: "redraw-old",
      type: "line",
      source: "redraw-old",
      layout: { "line-join": "round" },
      paint: { "line-color": "#55606b", "line-width": 1.8, "line-dasharray": [2.4, 2] },
    },
    {
      id: "redraw-line",
      type: "line",
      source: "redraw-grids",
      layout: round,
      paint: {
        "line-color": [
          "case",
          ["get", "gives"],
          GIVES,
          [">", ["get", "picked"], 0],
          PICK,
          ["get", "changed"],
          DRAFT,
          "#5f7f96",
        ],
        "line-width": [
          "case",
          ["any", ["get", "focus"], [">", ["get", "picked"], 0]],
          3.6,
          ["get", "changed"],
          2.6,
          1.2,
        ],
      },
    },
    {
      id: "redraw-buildings",
      type: "circle",
      source: "redraw-buildings",
      paint: { "circle-radius": 6, "circle-color": PICK, "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
    },
    ...markLayers(),
    {
      id: "redraw-corners",
      type: "circle",
      source: "redraw-corners",
      paint: { "circle-radius": 4.2, "circle-color": "#fff", "circle-stroke-color": DRAFT, "circle-stroke-width": 1.8 },
    },
    {
      id: "redraw-names",
      type: "symbol",
      source: "redraw-names",
      layout: {
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": 13,
        "text-max-width": 8,
        "text-allow-overlap": true,
      },
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
      id: "redraw-mark-fill",
      type: "fill",
      source: "redraw-marks",
      filter: is("Polygon", "MultiPolygon"),
      paint: { "fill-color": color, "fill-opacity": 0.3 },
    },
    {
      id: "redraw-mark-line",
      type: "line",
      source: "redraw-marks",
      filter: is("Polygon", "MultiPolygon", "LineString", "MultiLineString"),
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": color, "line-width": 11, "line-opacity": 0.4 },
    },
    {
      id: "redraw-mark-ring",
      type: "circle",
      source: "redraw-marks",
      filter: is("Point", "MultiPoint"),
      paint: {
        "circle-radius": 13,
        "circle-color": color,
        "circle-opacity": 0.2,
        "circle-stroke-color": color,
        "circle-stroke-width": 2.6,
      },
    },
  ];
}
