/** PURE: the life of a redraw as one list, latest first: its log and its commands. */

/** @typedef {import("./types.js").Event_} Event_ */
/** @typedef {import("./types.js").Command} Command */
/**
 * @typedef {object} Entry
 * @property {number|null} id   of the line in the log; null for a command
 * @property {string} at
 * @property {string} author
 * @property {string} action
 * @property {string} comment
 * @property {Command|null} command
 * @property {Event_|null} corrects   the line that this one corrects
 * @property {boolean} corrected      whether a later line says what is right
 */

/**
 * @param {Event_[]} events
 * @param {Command[]} commands
 * @returns {Entry[]}
 */
export function logOf(events, commands) {
  const byNumber = new Map(commands.map((command) => [command.number, command]));
  const byId = new Map(events.map((event) => [event.id, event]));
  /** @type {Entry[]} */
  const entries = [
    ...events.map(({ id, at, author, action, comment, command, corrects }) => ({
      id,
      at,
      author,
      action,
      comment,
      command: byNumber.get(command ?? -1) ?? null,
      corrects: byId.get(corrects ?? -1) ?? null,
      corrected: events.some((other) => other.corrects === id),
    })),
    ...commands.map((command) => ({
      id: null,
      at: command.created_at,
      author: command.author,
      action: "command",
      comment: "",
      command,
      corrects: null,
      corrected: false,
    })),
  ];
  return entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** Steps in the order of a redraw's life. */
export const STEPS = ["submit", "approve", "publish", "reject", "reopen", "cancel-plan", "reverse", "withdraw"];

/** @param {string[]} may @returns {string[]} the steps that are offered, the natural one first */
export const stepsOf = (may) => STEPS.filter((step) => may.includes(step));
