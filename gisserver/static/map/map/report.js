/** What the map says of itself to browser tests, through attributes of its element. */

const COUNTS = "data-rendered-";

/** @param {HTMLElement} container */
export function tellBusy(container) {
  container.dataset.idle = "false";
}

/**
 * The documented hook for browser tests, as attributes of the map's element: `data-idle` is "true" while nothing is
 * loading, fading or moving and all tiles are drawn; `data-rendered-<source>` counts the distinct features drawn; `data-center` is "lon,lat", `data-zoom` the zoom.
 * @param {import("maplibre-gl").Map} map
 * @param {HTMLElement} container
 */
export function tellIdle(map, container) {
  const drawn = map.queryRenderedFeatures();
  /** @type {Map<string, Set<unknown>>} */
  const ids = new Map();
  for (const { name, value } of [...container.attributes]) if (name.startsWith(COUNTS) && value !== "0") ids.set(name.slice(COUNTS.length), new Set());
  for (const [source, { type }] of Object.entries(map.getStyle().sources)) if (type === "vector") ids.set(source, new Set());
  for (const { source, id } of drawn) ids.get(source)?.add(id);
  for (const [source, found] of ids) container.setAttribute(COUNTS + source, String(found.size));
  const { lng, lat } = map.getCenter();
  container.dataset.center = `${lng.toFixed(6)},${lat.toFixed(6)}`;
  container.dataset.zoom = map.getZoom().toFixed(2);
  container.dataset.idle = "true";
}
