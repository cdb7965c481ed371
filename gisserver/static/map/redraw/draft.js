/** PURE: a draft as a value: the grids that are current, and what the commands have made of them. */

/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Grid} Grid */
/** @typedef {import("./types.js").Grids} Grids */
/** @typedef {import("./types.js").ChangedGrid} ChangedGrid */

/** @param {ChangedGrid} row @returns {Grid} */
const gridOf = ({ code, name, kind, geometry }) => ({ code, name: name ?? "", kind: kind ?? "", geometry });

/**
 * @param {ChangedGrid[]} current  every grid of the redraw's communities, as it is published
 * @param {ChangedGrid[]} changed  those that the draft has changed, as it has them; no geometry when they are gone
 * @returns {Draft}
 */
export function draftOf(current, changed) {
  const base = Object.fromEntries(current.map((row) => [row.code, gridOf(row)]));
  const places = [...new Set(current.map((row) => row.community_name ?? ""))].filter(Boolean);
  return withChanged({ base, now: base, places }, changed);
}

/**
 * The draft after a command, an undo or a redo, by what that answered. What is again as it was counts as unchanged.
 * @param {Draft} draft
 * @param {ChangedGrid[]} changed
 * @returns {Draft}
 */
export function withChanged({ base, now, places }, changed) {
  const next = { ...now };
  for (const row of changed) {
    if (!row.geometry) delete next[row.code];
    else next[row.code] = base[row.code] && equal(base[row.code], gridOf(row)) ? base[row.code] : gridOf(row);
  }
  return { base, now: next, places };
}

/** @param {Grid} a @param {Grid} b */
const equal = (a, b) =>
  a.name === b.name &&
  a.kind === b.kind &&
  JSON.stringify(a.geometry.coordinates) === JSON.stringify(b.geometry.coordinates);

/**
 * @param {Draft} draft
 * @returns {{added: string[], changed: string[], removed: string[]}} codes, in order
 */
export function differences({ base, now }) {
  return {
    added: Object.keys(now)
      .filter((code) => !base[code])
      .sort(),
    changed: Object.keys(now)
      .filter((code) => base[code] && base[code] !== now[code])
      .sort(),
    removed: Object.keys(base)
      .filter((code) => !now[code])
      .sort(),
  };
}

/**
 * What a person calls a grid: its name, without the community's in front; else the end of its code, which tells it
 * apart within a community.
 * @param {{code: string, name?: string|null}|undefined} grid
 * @param {string[]} [places]  names of communities
 */
export function nameOf(grid, places = []) {
  if (!grid) return "—";
  const prefix = places.find((place) => grid.name?.startsWith(place) && grid.name !== place) ?? "";
  return grid.name?.slice(prefix.length) || `…${grid.code.slice(-3)}`;
}

/**
 * The code that stays when grids are merged: the one chosen, else the lowest, which people have known longest.
 * @param {{picks: string[], keep: string|null}} state
 * @returns {string|undefined}
 */
export const keptOf = ({ picks, keep }) => (keep && picks.includes(keep) ? keep : [...picks].sort()[0]);
