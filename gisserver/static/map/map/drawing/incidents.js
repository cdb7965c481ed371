/** PURE: how incidents are drawn: dots by status, and a number where several lie close together. */

import { CLUSTER, INK, STATUS_COLORS } from "../palette.js";
import { BOLD, byValue, HOVERED, SELECTED } from "./words.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */

const STATUSES = Object.keys(STATUS_COLORS);
/** Tiles exist from here on; nearer ones than the last are not asked for, but drawn larger. */
const [FIRST_ZOOM, LAST_ZOOM] = [8, 17];

/**
 * The tiles of the incidents of some statuses: the server leaves out the others before it counts.
 * @param {string[]} statuses
 * @param {string} origin
 * @returns {import("maplibre-gl").VectorSourceSpecification}
 */
export function incidentSource(statuses, origin) {
  const chosen = STATUSES.filter((status) => statuses.includes(status));
  const some = chosen.length > 0 && chosen.length < STATUSES.length;
  const filter = some
    ? `?filter=${encodeURIComponent(`status IN (${chosen.map((status) => `'${status}'`).join(",")})`)}`
    : "";
  return {
    type: "vector",
    tiles: [`${origin}/tiles/incidents/{z}/{x}/{y}.mvt${filter}`],
    minzoom: FIRST_ZOOM,
    maxzoom: LAST_ZOOM,
  };
}

/** 950, then 1.2k: a number that fits into its circle. @type {Expression} */
const SHORT = [
  "case",
  ["<", ["get", "point_count"], 1000],
  ["to-string", ["get", "point_count"]],
  ["<", ["get", "point_count"], 9950],
  ["concat", ["to-string", ["/", ["round", ["/", ["get", "point_count"], 100]], 10]], "k"],
  ["concat", ["to-string", ["round", ["/", ["get", "point_count"], 1000]]], "k"],
];

/** @returns {Layer[]} */
export function incidentLayers() {
  const common = /** @type {const} */ ({ source: "incidents", "source-layer": "incidents" });
  /** @type {import("maplibre-gl").FilterSpecification} */
  const many = ["has", "point_count"];
  return [
    {
      id: "incidents-point",
      type: "circle",
      ...common,
      filter: ["!", many],
      paint: {
        "circle-color": byValue("status", STATUS_COLORS, STATUS_COLORS.closed),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2.6, 13, 3.6, 15, 5, 18, 7],
        "circle-opacity": ["interpolate", ["linear"], ["zoom"], 11, 0.8, 14, 1],
        "circle-stroke-color": ["case", SELECTED, INK, "#fff"],
        "circle-stroke-width": [
          "interpolate",
          ["linear"],
          ["zoom"],
          11,
          ["case", SELECTED, 2.5, HOVERED, 1.5, 0.5],
          14.5,
          ["case", SELECTED, 3.5, HOVERED, 2.5, 1.4],
        ],
      },
    },
    {
      id: "incidents-cluster",
      type: "circle",
      ...common,
      filter: many,
      paint: {
        "circle-color": CLUSTER,
        "circle-opacity": 0.85,
        "circle-stroke-color": ["case", HOVERED, INK, "#fff"],
        "circle-stroke-width": 1,
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 7.5, 1, 9, 2, 11.5, 4, 16],
      },
    },
    {
      id: "incidents-number",
      type: "symbol",
      ...common,
      filter: many,
      layout: {
        "text-field": SHORT,
        "text-font": BOLD,
        "text-size": 10.5,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": "#fff" },
    },
  ];
}
