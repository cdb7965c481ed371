/** PURE: how divisions are drawn: borders by level, names where they fit. */

import { labelSource } from "../labels.js";
import { ACCENT } from "../palette.js";
import { BOLD, SELECTED } from "./words.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */
/** @typedef {import("../../types.js").Lang} Lang */

/** @returns {Layer[]} */
export function divisionLayers() {
  /** @type {(level: string, color: string, widths: [number, number], dash?: number[]) => Layer} */
  const border = (level, color, [far, near], dash) => ({
    id: `divisions-${level}`,
    type: "line",
    source: "divisions",
    "source-layer": "divisions",
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
      id: "divisions-fill",
      type: "fill",
      source: "divisions",
      "source-layer": "divisions",
      paint: { "fill-color": ACCENT, "fill-opacity": ["case", SELECTED, 0.07, 0] },
    },
    border("community", "#6b8496", [0.9, 2]),
    border("subdistrict", "#4d6476", [1.5, 3.2]),
    border("district", "#33475a", [2.2, 4.4]),
  ];
}

/** @returns {Layer[]} */
export function divisionOutline() {
  return [
    {
      id: "divisions-selected",
      type: "line",
      source: "divisions",
      "source-layer": "divisions",
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
  const name =
    lang === "en"
      ? ["case", ["!=", ["coalesce", ["get", "name_en"], ""], ""], ["get", "name_en"], ["get", "name"]]
      : ["get", "name"];
  /** @type {(level: string, zooms: [number, number], size: number, color: string) => Layer} */
  const label = (level, [from, to], size, color) => ({
    id: `divisions-label-${level}`,
    type: "symbol",
    source: labelSource("divisions"),
    filter: ["==", ["get", "level"], level],
    minzoom: from,
    maxzoom: to,
    layout: {
      "text-field": name,
      "text-font": BOLD,
      "text-size": size,
      "text-max-width": 8,
      "text-letter-spacing": 0.04,
      "text-padding": 8,
    },
    paint: { "text-color": color, "text-halo-color": "rgba(255,255,255,.92)", "text-halo-width": 2 },
  });
  return [label("community", [11.6, 15.5], 12.5, "#3c5468"), label("subdistrict", [9.5, 12.6], 15, "#22384b")];
}
