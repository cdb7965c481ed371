/** PURE: the moments at which the partition changed, and what lies between them. */

const A_DAY_MS = 24 * 3600 * 1000;

/**
 * From before the first change to after the last; never less than three months to either side of now.
 * @param {number[]} changes  milliseconds, in order
 * @param {number} now
 * @returns {[number, number]}
 */
export function spanOf(changes, now) {
  const low = Math.min(now - 90 * A_DAY_MS, ...changes.slice(0, 1).map((first) => first - 30 * A_DAY_MS));
  const high = Math.max(now + 90 * A_DAY_MS, ...changes.slice(-1).map((last) => last + 30 * A_DAY_MS));
  return [low, high];
}

/**
 * @param {number[]} changes  in order
 * @param {number} shown
 * @returns {{before: number|null, after: number|null}} the changes next to the moment that is shown
 */
export function neighbours(changes, shown) {
  const before = changes.filter((ms) => ms < shown).at(-1);
  const after = changes.find((ms) => ms > shown);
  return { before: before ?? null, after: after ?? null };
}

/**
 * When published redraws took, or will take, effect.
 * @param {{status: string, effective_at: string|null}[]} rows
 * @returns {number[]} in order, each once
 */
export function changesOf(rows) {
  // The next whole millisecond: a browser knows no finer ones, and one earlier it was still as before.
  const moments = rows
    .filter(({ effective_at: at }) => at)
    .map(({ effective_at: at }) => Date.parse(/** @type {string} */ (at)) + 1);
  return [...new Set(moments)].sort((a, b) => a - b);
}
