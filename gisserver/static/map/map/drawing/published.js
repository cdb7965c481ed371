/** PURE: how published layers are drawn: as base map where hints.js says what they are, else plainly by geometry. */

import { LAND, nameFields, OTHER_LAND, ROAD_ZOOMS, ROADS, STREET } from "../hints.js";
import { ACCENT, OVERLAY, WATER } from "../palette.js";
import { FONT, HOVERED, SELECTED } from "./words.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */
/** @typedef {import("../../types.js").Published} Published */
/** @typedef {import("../../types.js").Lang} Lang */

/** Zoom from which names are written along roads. */
const ROAD_NAMES_FROM = 15;

/** @param {string} id @returns {string} the id of the source of a published layer; a domain layer never has it */
export const publishedSource = (id) => `published-${id}`;

/**
 * The parts of a layer's drawing, to be put between those of the others.
 * @typedef {object} Parts
 * @property {Layer[]} basemap    land, water and roads: beneath the grids' colour
 * @property {Layer[]} areas     fills of overlays: above the grids' colour, beneath buildings
 * @property {Layer[]} marks     lines and points of overlays: above buildings, beneath the grids' outlines
 * @property {Layer[]} names
 */

/**
 * All published layers that are switched on, land beneath water beneath roads.
 * @param {Published[]} shown
 * @param {Lang} lang
 * @returns {Parts}
 */
export function publishedParts(shown, lang) {
  /** @param {import("../../types.js").Role} role */
  const of = (role) => shown.filter((layer) => layer.role === role);
  const overlays = shown.filter(({ role }) => role === null);
  return {
    basemap: [...of("land").flatMap(land), ...of("water").flatMap(water), ...of("roads").flatMap(roads)],
    areas: overlays.map(area),
    marks: overlays.flatMap(marks),
    names: of("roads").flatMap((layer) => roadNames(layer, lang)),
  };
}

/** @param {Published} layer @param {string} part */
function common({ id }, part) {
  return { id: `${publishedSource(id)}-${part}`, source: publishedSource(id), "source-layer": id };
}

/** @param {"Polygon"|"LineString"|"Point"} type @returns {import("maplibre-gl").FilterSpecification} */
const only = (type) => ["==", ["geometry-type"], type];

/**
 * @param {string} key
 * @param {[string[], any][]} cases
 * @param {any} other
 * @returns {Expression}
 */
function byClass(key, cases, other) {
  if (!key) return other;
  return /** @type {any} */ (["match", ["downcase", ["to-string", ["get", key]]], ...cases.flat(), other]);
}

/** @param {number[]} stops  zoom, value, … @param {any[]} values @returns {Expression} */
function byZoom(stops, values) {
  return /** @type {any} */ ([
    "interpolate",
    ["exponential", 1.6],
    ["zoom"],
    ...stops.flatMap((zoom, i) => [zoom, values[i]]),
  ]);
}

/** @param {Published} layer @returns {Layer[]} */
function land(layer) {
  const colors = byClass(
    layer.key,
    LAND.map(({ values, color }) => [values, color]),
    OTHER_LAND,
  );
  return [
    {
      ...common(layer, "fill"),
      type: "fill",
      filter: only("Polygon"),
      paint: { "fill-color": ["case", SELECTED, "#bfe0ee", colors], "fill-antialias": false },
    },
  ];
}

/** @param {Published} layer @returns {Layer[]} */
function water(layer) {
  const kind = byClass(
    layer.key,
    [
      [["stream", "ditch", "drain", "brook"], 0.3],
      [["canal", "tidal_channel"], 0.7],
    ],
    1,
  );
  const widths = [2, 7, 20, 66].map((width) => /** @type {any} */ (["*", width, kind]));
  return [
    { ...common(layer, "fill"), type: "fill", filter: only("Polygon"), paint: { "fill-color": WATER } },
    {
      ...common(layer, "line"),
      type: "line",
      filter: only("LineString"),
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": WATER, "line-width": byZoom(ROAD_ZOOMS, widths) },
    },
  ];
}

/** @param {Published} layer @returns {Layer[]} */
function roads(layer) {
  /** @param {(road: import("../hints.js").RoadClass) => any} valueOf */
  const each = (valueOf) =>
    byClass(
      layer.key,
      ROADS.map((road) => [road.values, valueOf(road)]),
      valueOf(STREET),
    );
  /** @param {number} edge  pixels on both sides together, at the nearest zoom */
  const width = (edge) =>
    byZoom(
      ROAD_ZOOMS,
      ROAD_ZOOMS.map((zoom, i) => each(({ widths }) => widths[i] + edge * (zoom < 14 ? 0.4 : 1))),
    );
  const layout = /** @type {const} */ ({ "line-join": "round", "line-cap": "round" });
  const sorted = { ...layout, "line-sort-key": each(({ rank }) => rank) };
  return [
    {
      ...common(layer, "casing"),
      type: "line",
      filter: only("LineString"),
      layout: sorted,
      paint: {
        "line-color": ["case", SELECTED, ACCENT, each(({ casing }) => casing)],
        "line-width": width(1.6),
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 11, 0.7, 13, 1],
      },
    },
    {
      ...common(layer, "line"),
      type: "line",
      filter: only("LineString"),
      layout: sorted,
      paint: { "line-color": "#fff", "line-width": width(0) },
    },
  ];
}

/** @param {Published} layer @param {Lang} lang @returns {Layer[]} */
function roadNames(layer, lang) {
  const names = nameFields(layer.fields, lang);
  if (names.length === 0) return [];
  return [
    {
      ...common(layer, "name"),
      type: "symbol",
      minzoom: ROAD_NAMES_FROM,
      filter: only("LineString"),
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 380,
        "text-max-angle": 30,
        "text-padding": 12,
        "text-field": /** @type {any} */ (["coalesce", ...names.map((name) => ["get", name]), ""]),
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 15, 11, 18, 14],
        "text-letter-spacing": 0.06,
      },
      paint: { "text-color": "#6d685e", "text-halo-color": "rgba(255,255,255,.95)", "text-halo-width": 1.5 },
    },
  ];
}

/** @param {Published} layer @returns {Layer} */
function area(layer) {
  return {
    ...common(layer, "fill"),
    type: "fill",
    filter: only("Polygon"),
    paint: { "fill-color": OVERLAY, "fill-opacity": ["case", SELECTED, 0.42, HOVERED, 0.34, 0.2] },
  };
}

/** Also the counts that stand where a tile would hold too many features. @param {Published} layer @returns {Layer[]} */
function marks(layer) {
  return [
    {
      ...common(layer, "outline"),
      type: "line",
      filter: ["!=", ["geometry-type"], "Point"],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: {
        "line-color": OVERLAY,
        "line-width": [
          "interpolate",
          ["linear"],
          ["zoom"],
          10,
          ["case", SELECTED, 2.5, 0.8],
          16,
          ["case", SELECTED, 4, HOVERED, 2.6, 1.6],
        ],
      },
    },
    {
      ...common(layer, "point"),
      type: "circle",
      filter: only("Point"),
      paint: {
        "circle-color": ["case", SELECTED, ACCENT, OVERLAY],
        "circle-opacity": ["case", ["has", "point_count"], 0.5, 0.9],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, dot(2), 15, dot(3.2), 18, dot(5)],
        "circle-stroke-color": "#fff",
        "circle-stroke-width": ["case", SELECTED, 2, HOVERED, 1.6, 0.8],
      },
    },
  ];
}

/** @param {number} radius  of one thing; of a count it grows @returns {Expression} */
function dot(radius) {
  return [
    "case",
    ["has", "point_count"],
    ["min", 16, ["+", radius, ["/", ["sqrt", ["to-number", ["get", "point_count"], 1]], 2]]],
    radius,
  ];
}
