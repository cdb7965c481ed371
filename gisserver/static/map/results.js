/** PURE: what the geocoder and the code register answer → what the result list shows. */

/** @typedef {import("./search.js").Found} Found */
/** @typedef {import("./types.js").Selection} Selection */

/** How near one goes for a result of each type. */
const ZOOMS = { district: 12, city: 11, locality: 14, street: 16, grid: 15.5, building: 17.5, house: 17.5, entrance: 18, unit: 18 };

/**
 * The middle of a GeoJSON geometry's box, and the box itself unless it is a point.
 * @param {any} geometry
 * @returns {{at: [number, number], bounds?: [number, number, number, number]}|null}
 */
export function placeOf(geometry) {
  if (!geometry) return null;
  const numbers = geometry.coordinates.flat(Infinity);
  if (numbers.length === 0) return null;
  const [xs, ys] = [0, 1].map((axis) => numbers.filter((/** @type {number} */ _, /** @type {number} */ i) => i % 2 === axis));
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
  const told = feature.properties.geocoding;
  const place = placeOf(feature.geometry);
  const type = told.type ?? "place";
  return {
    label: told.label ?? told.name ?? "",
    type,
    code: told.code ?? undefined,
    at: place?.at,
    zoom: ZOOMS[/** @type {keyof typeof ZOOMS} */ (type)] ?? 16,
    selection: selectionOf(told, place?.at),
  };
}

/**
 * @param {any} told
 * @param {[number, number]} [at]
 * @returns {Selection|null}
 */
function selectionOf(told, at) {
  if (told.building) return { kind: "buildings", id: told.building, at };
  return at ? { kind: "place", id: null, at, properties: { label: told.label } } : null;
}

/** @type {Record<string, import("./types.js").SubjectKind>} */
const TARGETS = { division: "divisions", grid: "grids", building: "buildings", unit: "units" };

/**
 * The things that have, or ever had, a code; where they are is told when one is opened.
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
