/** PURE: how each of our own tile layers is drawn, bottom to top. */

import { labelSource } from "./labels.js";
import { ACCENT, GRID_TINTS, INK, KIND_COLORS, STATUS_COLORS } from "./palette.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */
/** @typedef {import("../types.js").Lang} Lang */

/** Fonts that a Chinese Windows, macOS, Android or Linux has; the browser draws the glyphs, no server is asked. */
const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
/** MapLibre reads the weight out of the first name. */
const BOLD = ["Label Bold", ...FONT];

/** Zoom from which a single building can be told from its neighbour. */
export const BUILDINGS_FROM = 14;

/** Zoom from which the names of grids fit into them. */
const GRID_NAMES_FROM = 13.2;

/** @type {Expression} */
const SELECTED = ["boolean", ["feature-state", "selected"], false];
/** @type {Expression} */
const HOVERED = ["boolean", ["feature-state", "hover"], false];

/**
 * @param {string} property
 * @param {Record<string, string>} colors
 * @param {string} other
 * @returns {Expression}
 */
function byValue(property, colors, other) {
  return /** @type {any} */ (["match", ["get", property], ...Object.entries(colors).flat(), other]);
}

/** @returns {Expression} */
function tint() {
  return /** @type {any} */ (["match", ["%", ["to-number", ["get", "community"], 0], GRID_TINTS.length],
    ...GRID_TINTS.flatMap((color, index) => [index, color]), GRID_TINTS[0]]);
}

/** @returns {Layer[]} */
export function gridLayers() {
  const common = /** @type {const} */ ({ source: "grids", "source-layer": "grids" });
  return [
    {
      id: "grids-fill", type: "fill", ...common,
      paint: {
        "fill-color": ["case", SELECTED, "#bfe0ee", tint()],
        "fill-opacity": ["case", SELECTED, 0.95, HOVERED, 1, 0.72],
        "fill-antialias": false,
      },
    },
    {
      id: "grids-line", type: "line", ...common,
      layout: { "line-join": "round" },
      paint: {
        "line-color": "#8fa5b5",
        "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.4, 13, 0.9, 16, 1.6],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 10, 0.5, 13, 0.9],
      },
    },
  ];
}

/**
 * The name, else the code; without the community's name in front, which the map shows once for all its grids.
 * @returns {Expression}
 */
function gridName() {
  /** @type {Expression} */
  const community = ["coalesce", ["get", "community_name"], ""];
  return ["case",
    ["==", ["coalesce", ["get", "name"], ""], ""], ["get", "code"],
    ["all", ["!=", community, ""], ["==", ["index-of", community, ["get", "name"]], 0]], ["slice", ["get", "name"], ["length", community]],
    ["get", "name"]];
}

/** @returns {Layer[]} */
export function gridLabels() {
  return [{
    id: "grids-label", type: "symbol", source: labelSource("grids"), minzoom: GRID_NAMES_FROM,
    layout: {
      "text-field": gridName(),
      "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10.5, 17, 14],
      "text-max-width": 8, "text-padding": 6,
    },
    paint: { "text-color": "#4a6072", "text-halo-color": "rgba(255,255,255,.85)", "text-halo-width": 1.4 },
  }];
}

/** @returns {Layer[]} */
export function buildingLayers() {
  const common = /** @type {const} */ ({ source: "buildings", "source-layer": "buildings", minzoom: BUILDINGS_FROM });
  return [
    {
      id: "buildings-fill", type: "fill", ...common,
      paint: {
        "fill-color": ["case", SELECTED, ACCENT, byValue("kind", KIND_COLORS, KIND_COLORS.other)],
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], BUILDINGS_FROM, 0.75, 16, 0.95],
      },
    },
    {
      id: "buildings-line", type: "line", ...common, minzoom: 15,
      paint: {
        "line-color": ["case", SELECTED, ACCENT, HOVERED, INK, "rgba(90,80,70,.45)"],
        "line-width": ["case", SELECTED, 2, HOVERED, 1.4, 0.6],
      },
    },
    {
      id: "buildings-label", type: "symbol", ...common, minzoom: 16.4,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-max-width": 7, "text-padding": 4 },
      paint: { "text-color": "#5b4a38", "text-halo-color": "rgba(255,255,255,.8)", "text-halo-width": 1.2 },
    },
  ];
}

/** @returns {Layer[]} */
export function divisionLayers() {
  /** @type {(level: string, color: string, widths: [number, number], dash?: number[]) => Layer} */
  const border = (level, color, [far, near], dash) => ({
    id: `divisions-${level}`, type: "line", source: "divisions", "source-layer": "divisions",
    filter: ["==", ["get", "level"], level],
    layout: { "line-join": "round", "line-cap": "round" },
    paint: {
      "line-color": color,
      "line-width": ["interpolate", ["linear"], ["zoom"], 10, far, 15, near],
      ...(dash ? { "line-dasharray": dash } : {}),
    },
  });
  return [
    {
      id: "divisions-fill", type: "fill", source: "divisions", "source-layer": "divisions",
      paint: { "fill-color": ACCENT, "fill-opacity": ["case", SELECTED, 0.12, 0] },
    },
    border("community", "#6b8496", [0.9, 2]),
    border("subdistrict", "#4d6476", [1.5, 3.2]),
    border("district", "#33475a", [2.2, 4.4]),
  ];
}

/** The outline of what is pointed at or selected; above every border. @returns {Layer[]} */
export function gridOutline() {
  return [
    {
      id: "grids-selected", type: "line", source: "grids", "source-layer": "grids",
      layout: { "line-join": "round" },
      paint: {
        "line-color": ACCENT,
        "line-width": ["case", SELECTED, 3, HOVERED, 1.6, 0],
      },
    },
  ];
}

/** @returns {Layer[]} */
export function divisionOutline() {
  return [
    {
      id: "divisions-selected", type: "line", source: "divisions", "source-layer": "divisions",
      layout: { "line-join": "round" },
      paint: { "line-color": ACCENT, "line-width": ["case", SELECTED, 3.5, 0] },
    },
  ];
}

/**
 * @param {Lang} lang
 * @returns {Layer[]}
 */
export function divisionLabels(lang) {
  /** @type {Expression} */
  const name = lang === "en" ? ["case", ["!=", ["coalesce", ["get", "name_en"], ""], ""], ["get", "name_en"], ["get", "name"]] : ["get", "name"];
  /** @type {(level: string, zooms: [number, number], size: number, color: string) => Layer} */
  const label = (level, [from, to], size, color) => ({
    id: `divisions-label-${level}`, type: "symbol", source: labelSource("divisions"),
    filter: ["==", ["get", "level"], level], minzoom: from, maxzoom: to,
    layout: { "text-field": name, "text-font": BOLD, "text-size": size, "text-max-width": 8, "text-letter-spacing": 0.04, "text-padding": 8 },
    paint: { "text-color": color, "text-halo-color": "rgba(255,255,255,.92)", "text-halo-width": 2 },
  });
  return [
    label("community", [11.6, 15.5], 12.5, "#3c5468"),
    label("subdistrict", [9.5, 12.6], 15, "#22384b"),
  ];
}

/**
 * @param {string[]} statuses  the ones to show
 * @returns {Layer[]}
 */
export function incidentLayers(statuses) {
  const common = /** @type {const} */ ({ source: "incidents", "source-layer": "incidents" });
  /** @type {import("maplibre-gl").FilterSpecification} */
  const many = ["has", "point_count"];
  return [
    {
      id: "incidents-cluster", type: "circle", ...common, filter: many,
      paint: {
        "circle-color": STATUS_COLORS.new, "circle-opacity": 0.6,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1, 2.5, 30, 16],
      },
    },
    {
      id: "incidents-point", type: "circle", ...common,
      filter: ["all", ["!", ["has", "point_count"]], ["in", ["get", "status"], ["literal", statuses]]],
      paint: {
        "circle-color": byValue("status", STATUS_COLORS, STATUS_COLORS.closed),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 1.6, 13, 3.2, 15, 5, 18, 7],
        "circle-opacity": ["interpolate", ["linear"], ["zoom"], 11, 0.8, 14, 1],
        "circle-stroke-color": ["case", SELECTED, INK, "#fff"],
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"],
          11, ["case", SELECTED, 2.5, HOVERED, 1.5, 0], 14.5, ["case", SELECTED, 3.5, HOVERED, 2.5, 1.4]],
      },
    },
  ];
}
