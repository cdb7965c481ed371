/** PURE: the queue as the clerk works through it: what waits, what is shown, and what was done and may be undone. */

/** @typedef {import("../types.js").Review} Review */
/**
 * @typedef {object} Step  one thing done, undone as one
 * @property {number[]} ids  the rows that it decided, those of the same text too
 * @property {number} shown  the row that was looked at
 */
/**
 * @typedef {object} Queue
 * @property {readonly Review[]} rows
 * @property {number} at  index of the row that is shown
 * @property {readonly Step[]} steps
 */

/** @type {Queue} */
export const EMPTY = { rows: [], at: 0, steps: [] };

/** @param {Queue} queue @returns {Review|null} the row that is shown */
export const current = ({ rows, at }) => rows[at] ?? null;

/**
 * Other rows, as the filters want; what was done stays.
 * @param {Queue} queue @param {readonly Review[]} rows @returns {Queue}
 */
export const filled = (queue, rows) => ({ ...queue, rows, at: 0 });

/** More rows behind those there are. @param {Queue} queue @param {readonly Review[]} more @returns {Queue} */
export function extended(queue, more) {
  const known = new Set(queue.rows.map(({ id }) => id));
  return { ...queue, rows: [...queue.rows, ...more.filter(({ id }) => !known.has(id))] };
}

/** One on, or one back; round at the ends. @param {Queue} queue @param {1|-1} step @returns {Queue} */
export function moved(queue, step) {
  const { length } = queue.rows;
  return length === 0 ? queue : { ...queue, at: (queue.at + step + length) % length };
}

/** Show the row of this id, if it is here. @param {Queue} queue @param {number} id @returns {Queue} */
export function shown(queue, id) {
  const at = queue.rows.findIndex((row) => row.id === id);
  return at < 0 ? queue : { ...queue, at };
}

/**
 * Rows were decided: they leave, and the next one takes the place of the one that was shown.
 * @param {Queue} queue
 * @param {number[]} ids
 * @returns {Queue}
 */
export function decided(queue, ids) {
  const before = queue.rows.slice(0, queue.at).filter(({ id }) => ids.includes(id)).length;
  const looked = current(queue)?.id ?? ids[0];
  const rows = queue.rows.filter(({ id }) => !ids.includes(id));
  const at = Math.max(0, Math.min(queue.at - before, rows.length - 1));
  return { rows, at, steps: [...queue.steps, { ids, shown: looked }] };
}

/**
 * The last step was undone: its rows wait again, where the clerk is.
 * @param {Queue} queue
 * @param {readonly Review[]} rows
 * @returns {Queue}
 */
export function undone(queue, rows) {
  const back = new Set(rows.map(({ id }) => id));
  const others = queue.rows.filter(({ id }) => !back.has(id));
  const at = Math.min(queue.at, others.length);
  const step = queue.steps.at(-1);
  const next = { rows: [...others.slice(0, at), ...rows, ...others.slice(at)], at, steps: queue.steps.slice(0, -1) };
  return step ? shown(next, step.shown) : next;
}

/** A row with more candidates than before. @param {Queue} queue @param {Review} row @returns {Queue} */
export const replaced = (queue, row) => ({ ...queue, rows: queue.rows.map((one) => (one.id === row.id ? row : one)) });
