/** PURE: how buildings are drawn: footprints by kind. */

import { ACCENT, INK, KIND_COLORS } from "../palette.js";
import { byValue, FONT, HOVERED, SELECTED } from "./words.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */

/** Zoom from which a single building can be distinguished from its neighbour. */
const BUILDINGS_FROM = 14;

/** @returns {Layer[]} */
export function buildingLayers() {
  const common = /** @type {const} */ ({ source: "buildings", "source-layer": "buildings", minzoom: BUILDINGS_FROM });
  return [
    {
      id: "buildings-fill",
      type: "fill",
      ...common,
      paint: {
        "fill-color": ["case", SELECTED, ACCENT, byValue("kind", KIND_COLORS, KIND_COLORS.other)],
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], BUILDINGS_FROM, 0.75, 16, 0.95],
      },
    },
    {
      id: "buildings-line",
      type: "line",
      ...common,
      minzoom: 15,
      paint: {
        "line-color": ["case", SELECTED, ACCENT, HOVERED, INK, "rgba(90,80,70,.45)"],
        "line-width": ["case", SELECTED, 2, HOVERED, 1.4, 0.6],
      },
    },
  ];
}

/** @returns {Layer[]} */
export function buildingLabels() {
  return [
    {
      id: "buildings-label",
      type: "symbol",
      source: "buildings",
      "source-layer": "buildings",
      minzoom: 16.4,
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": 11,
        "text-max-width": 7,
        "text-padding": 4,
      },
      paint: { "text-color": "#5b4a38", "text-halo-color": "rgba(255,255,255,.8)", "text-halo-width": 1.2 },
    },
  ];
}
