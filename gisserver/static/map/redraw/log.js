/** PURE: the life of a redraw as one list, latest first: its log and its commands. */

/** @typedef {import("./types.js").Event_} Event_ */
/** @typedef {import("./types.js").Command} Command */
/** @typedef {{at: string, author: string, action: string, comment: string, command: Command|null}} Entry */

/**
 * @param {Event_[]} events
 * @param {Command[]} commands
 * @returns {Entry[]}
 */
export function logOf(events, commands) {
  const byNumber = new Map(commands.map((command) => [command.number, command]));
  /** @type {Entry[]} */
  const entries = [
    ...events.map(({ at, author, action, comment, command }) => ({ at, author, action, comment, command: byNumber.get(command ?? -1) ?? null })),
    ...commands.map((command) => ({ at: command.created_at, author: command.author, action: "command", comment: "", command })),
  ];
  return entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** Steps in the order of a redraw's life. */
export const STEPS = ["submit", "approve", "publish", "reject", "reopen", "reverse", "withdraw"];

/** @param {string[]} may @returns {string[]} the steps that are offered, the natural one first */
export const stepsOf = (may) => STEPS.filter((step) => may.includes(step));
