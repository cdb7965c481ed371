/** PURE: how a draft looks: borders, old ones dashed, corners, names, places of refusals, as layers of the style. */

import { BOLD } from "./words.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */

const DRAFT = "#6b3fa0";
const TROUBLE = "#c0271b";
const WARNING = "#b26a00";
const PICK = "#0b6e99";
/** The grid that gives area away, beside the one that takes it. */
const GIVES = "#b26a00";

/** @returns {Layer[]} beneath the buildings' marks: the fills of the draft */
export function redrawFills() {
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
