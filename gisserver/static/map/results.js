/** PURE: what the geocoder and the code register answer → what the result list shows. */

/** @typedef {import("./search.js").Found} Found */
/** @typedef {import("./types.js").Selection} Selection */

/** How near one goes for a result of each level; wider ones are shown whole. */
const ZOOMS = { building: 17.5, entrance: 18, unit: 18 };

/**
 * The middle of a GeoJSON geometry's box, and the box itself unless it is a point.
 * @param {any} geometry
 * @returns {{at: [number, number], bounds?: [number, number, number, number]}|null}
 */
export function placeOf(geometry) {
  if (!geometry) return null;
  const numbers = geometry.coordinates.flat(Infinity);
  if (numbers.length === 0) return null;
  const [xs, ys] = [0, 1].map((axis) =>
    numbers.filter((/** @type {number} */ _, /** @type {number} */ i) => i % 2 === axis),
  );
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  /** @type {[number, number]} */
  const at = [(west + east) / 2, (south + north) / 2];
  return geometry.type === "Point" ? { at } : { at, bounds: [west, south, east, north] };
}

/**
 * One feature of a GeocodeJSON answer.
 * @param {any} feature
 * @returns {Found}
 */
export function geocoded(feature) {
  const place = feature.properties.geocoding;
  const at = placeOf(feature.geometry)?.at;
  const zoom = ZOOMS[/** @type {keyof typeof ZOOMS} */ (place.level)];
  return {
    label: place.label ?? place.name ?? "",
    type: place.level ?? place.type,
    hint: place.code ?? undefined,
    at,
    zoom,
    bounds: zoom === undefined ? feature.bbox : undefined,
    selection: targetOf(place, at),
  };
}

/**
 * @param {any} place
 * @param {[number, number]} [at]
 * @returns {Selection|null}
 */
function targetOf({ target, id, code, building, label }, at) {
  if (target === "division") return { kind: "divisions", id, code, at };
  if (target === "unit") return { kind: "units", id, at };
  if (building) return { kind: "buildings", id: building, at };
  return at ? { kind: "place", id: null, at, properties: { label } } : null;
}

/**
 * A grid found by its name. `printed` is what the map writes into it.
 * @param {any} feature
 * @returns {Found & {printed: string}}
 */
export function gridNamed({ id, properties: { code, name, community_name: community } }) {
  const printed = community && name?.startsWith(community) ? name.slice(community.length) : name;
  return {
    label: name || code,
    printed: printed || `…${code.slice(-3)}`,
    type: "grid",
    hint: code,
    selection: { kind: "grids", id, code },
  };
}

/** @type {Record<string, import("./types.js").SubjectKind>} */
const TARGETS = { division: "divisions", grid: "grids", building: "buildings", unit: "units" };

/**
 * The things that have, or ever had, a code; where they are is read when one is opened.
 * @param {{code: string, meanings: {target: string, id: number, current_code: string|null}[]}} answer
 * @returns {Found[]}
 */
export function coded({ code, meanings }) {
  return meanings.map(({ target, id, current_code: current }) => ({
    label: current ?? code,
    type: target,
    hint: current && current !== code ? code : undefined,
    selection: { kind: TARGETS[target], id, code: current ?? code },
  }));
}
