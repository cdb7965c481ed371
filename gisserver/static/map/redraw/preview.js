/** PURE: the preview's figures as the table shows them. */

/** @typedef {import("./types.js").Preview} Preview */

/** In the order in which a supervisor asks; a server that counts more, or less, is shown as it counts. */
const ORDER = ["households", "units", "buildings", "residents", "incidents_open"];
const FORM = ["area_m2", "compactness", "parts"];
/** Said by `parts` already, or in words. */
const LEFT_OUT = ["contiguous", "name", "kind"];

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
  const place = (/** @type {string} */ name) => ORDER.indexOf(name) + 1 || ORDER.length + 1;
  return Object.entries(moved).sort(([a], [b]) => place(a) - place(b));
}

/**
 * In what a grid that stays is called or meant otherwise: of the draft's base where the server does not say what was
 * before.
 * @param {import("./types.js").PreviewGrid} grid
 * @param {{name: string, kind: string}|undefined} base
 * @returns {{what: "name"|"kind", before: string, after: string}[]}
 */
export function rewordedOf(grid, base) {
  if (grid.change !== "changed") return [];
  return /** @type {const} */ (["kind", "name"])
    .map((what) => ({
      what,
      before: grid.before[what] ?? base?.[what] ?? grid[what] ?? "",
      after: grid.after[what] ?? grid[what] ?? "",
    }))
    .filter(({ before, after }) => before !== after);
}

/** @param {number|null|undefined} before @param {number|null|undefined} after */
export function deltaOf(before, after) {
  return (after ?? 0) - (before ?? 0);
}
