/** PURE: what has been picked on the map: grids, and buildings of a grid. */

/** @typedef {import("./types.js").LonLat} LonLat */

/**
 * Click once to pick a grid, again to let it go; the oldest pick makes room where only so many are wanted.
 * @param {string[]} picks
 * @param {string} code
 * @param {number} wanted
 * @returns {string[]}
 */
export function picked(picks, code, wanted) {
  if (picks.includes(code)) return picks.filter((other) => other !== code);
  return wanted === 1 ? [code] : [...picks, code].slice(-Math.min(wanted, 1000));
}

/**
 * Buildings found in a box are chosen besides the others; those of a mere click are let go if they were chosen.
 * @param {{id: number, at: LonLat}[]} chosen
 * @param {{id: number, at: LonLat}[]} found
 * @param {boolean} clicked
 */
export function chosenOf(chosen, found, clicked) {
  const known = new Set(chosen.map(({ id }) => id));
  const again = new Set(clicked ? found.map(({ id }) => id) : []);
  return [...chosen.filter(({ id }) => !again.has(id)), ...found.filter(({ id }) => !known.has(id))];
}
