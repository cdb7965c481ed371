/** PURE: how grids are drawn: softly, a tint for each community, so that what stands on them is seen. */

import { labelSource } from "../labels.js";
import { ACCENT, GRID_GLAZES, GRID_TINTS } from "../palette.js";
import { FONT, HOVERED, SELECTED } from "./words.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */

/** Zoom from which the names of grids fit into them. */
const GRID_NAMES_FROM = 13.2;

/** @param {string[]} colors @returns {Expression} */
function tint(colors) {
  return /** @type {any} */ ([
    "match",
    ["%", ["to-number", ["get", "community"], 0], colors.length],
    ...colors.flatMap((color, index) => [index, color]),
    colors[0],
  ]);
}

/**
 * @param {boolean} overTown  whether a base map lies beneath and has to show through
 * @returns {Layer[]}
 */
export function gridFill(overTown) {
  /** @type {(selected: number, hovered: number, usual: number) => any} */
  const opacity = (selected, hovered, usual) => ["case", SELECTED, selected, HOVERED, hovered, usual];
  return [
    {
      id: "grids-fill",
      type: "fill",
      source: "grids",
      "source-layer": "grids",
      paint: {
        "fill-color": [
          "case",
          SELECTED,
          overTown ? "#8fcbe4" : "#bfe0ee",
          overTown ? tint(GRID_GLAZES) : tint(GRID_TINTS),
        ],
        // The nearer one comes, the less a community's colour has to say, and the more the town.
        "fill-opacity": overTown
          ? [
              "interpolate",
              ["linear"],
              ["zoom"],
              11,
              opacity(0.5, 0.36, 0.18),
              13.5,
              opacity(0.45, 0.3, 0.15),
              16,
              opacity(0.38, 0.22, 0.09),
            ]
          : opacity(0.95, 1, 0.72),
        "fill-antialias": false,
      },
    },
  ];
}

/** @returns {Layer[]} */
export function gridLines() {
  return [
    {
      id: "grids-line",
      type: "line",
      source: "grids",
      "source-layer": "grids",
      layout: { "line-join": "round" },
      paint: {
        "line-color": "#7f98ab",
        "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.4, 13, 0.9, 16, 1.6],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 10, 0.35, 12, 0.5, 14, 0.9],
      },
    },
  ];
}

/** The outline of what is pointed at or selected; above every border. @returns {Layer[]} */
export function gridOutline() {
  return [
    {
      id: "grids-selected",
      type: "line",
      source: "grids",
      "source-layer": "grids",
      layout: { "line-join": "round" },
      paint: {
        "line-color": ACCENT,
        "line-width": ["case", SELECTED, 3, HOVERED, 1.6, 0],
      },
    },
  ];
}

/** @returns {Layer[]} */
export function gridLabels() {
  return [
    {
      id: "grids-label",
      type: "symbol",
      source: labelSource("grids"),
      minzoom: GRID_NAMES_FROM,
      layout: {
        "text-field": ["get", "label"],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10.5, 17, 14],
        "text-max-width": 8,
        "text-padding": 6,
      },
      paint: { "text-color": "#4a6072", "text-halo-color": "rgba(255,255,255,.85)", "text-halo-width": 1.4 },
    },
  ];
}
