/** What the map says of itself to browser tests, through attributes of its element. */

import { PICK_ORDER } from "./style.js";

/** @param {HTMLElement} container */
export function tellBusy(container) {
  container.dataset.idle = "false";
}

/**
 * The documented hook for browser tests, as attributes of the map's element: `data-idle` is "true" while nothing is
 * loading or moving; `data-rendered-<layer>` counts the distinct features drawn; `data-center` is "lon,lat", `data-zoom` the zoom.
 * @param {import("maplibre-gl").Map} map
 * @param {HTMLElement} container
 */
export function tellIdle(map, container) {
  const drawn = map.queryRenderedFeatures();
  for (const layer of PICK_ORDER) {
    container.setAttribute(`data-rendered-${layer}`, String(new Set(drawn.filter((f) => f.source === layer).map((f) => f.id)).size));
  }
  const { lng, lat } = map.getCenter();
  container.dataset.center = `${lng.toFixed(6)},${lat.toFixed(6)}`;
  container.dataset.zoom = map.getZoom().toFixed(2);
  container.dataset.idle = "true";
}
