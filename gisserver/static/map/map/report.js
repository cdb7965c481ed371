/** What the map says of itself to browser tests, through attributes of its element. */

const COUNTS = "data-rendered-";

/** @param {HTMLElement} container */
export function tellBusy(container) {
  container.dataset.idle = "false";
}

/**
 * The documented hook for browser tests, as attributes of the map's element: `data-idle` is "true" while nothing is
 * loading, fading or moving and all tiles are drawn; `data-rendered-<source>` counts the distinct features drawn,
 * `data-counted-<source>` those that they stand for; `data-center` is "lon,lat", `data-zoom` the zoom.
 * @param {import("maplibre-gl").Map} map
 * @param {HTMLElement} container
 */
export function tellIdle(map, container) {
  const drawn = map.queryRenderedFeatures();
  /** @type {Map<string, Map<unknown, number>>} by source and id, how many it stands for */
  const found = new Map();
  for (const { name, value } of [...container.attributes])
    if (name.startsWith(COUNTS) && value !== "0") found.set(name.slice(COUNTS.length), new Map());
  for (const [source, { type }] of Object.entries(map.getStyle().sources))
    if (type === "vector") found.set(source, new Map());
  for (const { source, id, properties } of drawn) found.get(source)?.set(id, Number(properties.point_count ?? 1));
  for (const [source, features] of found) {
    container.setAttribute(COUNTS + source, String(features.size));
    container.setAttribute(`data-counted-${source}`, String([...features.values()].reduce((sum, n) => sum + n, 0)));
  }
  const { lng, lat } = map.getCenter();
  container.dataset.center = `${lng.toFixed(6)},${lat.toFixed(6)}`;
  container.dataset.zoom = map.getZoom().toFixed(2);
  container.dataset.idle = "true";
}
