/** PURE: how incidents are drawn: dots by status, and counts where a tile holds too many. */

import { INK, STATUS_COLORS } from "../palette.js";
import { byValue, HOVERED, SELECTED } from "./words.js";

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */

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
