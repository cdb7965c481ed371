/** PURE: what the drawing hand has laid on the map stays there when the map's style is replaced. */

/** @typedef {import("maplibre-gl").StyleSpecification} Style */

/** The beginning of the ids of all that the sketch puts on the map. */
export const SKETCH = "sketch";

/**
 * @param {Style|undefined} before
 * @param {Style} next
 * @returns {Style}
 */
export function withSketch(before, next) {
  if (!before) return next;
  const own = Object.entries(before.sources).filter(([id]) => id.startsWith(SKETCH));
  const layers = before.layers.filter(({ id }) => id.startsWith(SKETCH));
  return { ...next, sources: { ...next.sources, ...Object.fromEntries(own) }, layers: [...next.layers, ...layers] };
}
