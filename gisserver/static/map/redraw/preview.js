/** PURE: the preview's figures as the table shows them. */

/** @typedef {import("./types.js").Preview} Preview */

/** In the order in which a supervisor asks; a server that counts more, or less, is shown as it counts. */
const ORDER = ["households", "units", "buildings", "residents", "incidents_open"];
const FORM = ["area_m2", "compactness", "parts"];
/** Said by `parts` already. */
const LEFT_OUT = ["contiguous"];

/**
 * What each grid is measured by; `parts` only where a grid has come apart.
 * @param {Preview} preview
 * @returns {string[]}
 */
export function columnsOf({ grids }) {
  const known = new Set(grids.flatMap(({ before, after }) => [...Object.keys(before), ...Object.keys(after)]));
  const others = [...known].filter((name) => ![...ORDER, ...FORM, ...LEFT_OUT].includes(name)).sort();
  const apart = grids.some(({ before, after }) => Math.max(before.parts ?? 0, after.parts ?? 0) > 1);
  return [...ORDER, ...others, ...FORM].filter((name) => known.has(name) && (name !== "parts" || apart));
}

/**
 * What moves, in the table's order.
 * @param {Preview} preview
 * @returns {[string, number][]}
 */
export function movedOf({ moved }) {
  const place = (/** @type {string} */ name) => (ORDER.indexOf(name) + 1 || ORDER.length + 1);
  return Object.entries(moved).sort(([a], [b]) => place(a) - place(b));
}

/** @param {number|null|undefined} before @param {number|null|undefined} after */
export function deltaOf(before, after) {
  return (after ?? 0) - (before ?? 0);
}
