/** PURE: what has happened to an incident, in the order in which it happened. */

/**
 * @typedef {object} Moment
 * @property {string} at  ISO
 * @property {"received"|"step"|"receipt"} kind
 * @property {Record<string, any>} about
 */

/**
 * @param {Record<string, any>} incident  as /api/incidents/{id}/ has it
 * @param {Record<string, any>} progress  as …/steps/ has it
 * @returns {Moment[]} the last first
 */
export function timelineOf(incident, progress) {
  const steps = progress.steps.map((/** @type {any} */ step) => ({ at: step.taken_at, kind: "step", about: step }));
  const receipts = incident.assignments.map((/** @type {any} */ receipt) => ({
    at: receipt.valid.from,
    kind: "receipt",
    about: receipt,
  }));
  const received = { at: incident.received_at, kind: "received", about: incident };
  return [...steps, ...receipts, received].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

/**
 * How much of a deadline is left.
 * @param {string|null} due  ISO
 * @param {number} now  milliseconds
 * @returns {{late: boolean, hours: number}|null}
 */
export function leftOf(due, now) {
  if (due === null) return null;
  const hours = (Date.parse(due) - now) / 3_600_000;
  return { late: hours <= 0, hours: Math.abs(hours) };
}
