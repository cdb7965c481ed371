/** PURE: what somebody writes for the record, kept apart for each redraw until it is recorded. */

/**
 * @typedef {object} Words
 * @property {string} text    the comment on the next step
 * @property {string} when    "2026-12-01T00:00": from when it is to hold; "" for at once
 */

/** No comment. @type {Readonly<Words>} */
export const SILENT = Object.freeze({ text: "", when: "" });

/** One sheet of words a redraw: what is written on one is never on another, and an empty one follows each step. */
export function createWords() {
  /** @type {Map<number, Words>} */
  const sheets = new Map();
  return {
    /** @param {number} id @returns {Words} */
    of: (id) => sheets.get(id) ?? SILENT,
    /** @param {number} id @param {Partial<Words>} patch */
    write: (id, patch) => {
      sheets.set(id, { ...(sheets.get(id) ?? SILENT), ...patch });
    },
    /** @param {number} id */
    clear: (id) => {
      sheets.delete(id);
    },
  };
}

/** Steps that are recorded without words. */
const WORDLESS = ["publish"];
/** Steps that nobody takes without a reason. */
export const NEEDS_WORDS = ["reject", "reverse"];

/**
 * What a step records, as the API takes it.
 * @param {string} step
 * @param {Words} words
 * @param {(local: string) => string|null} moment
 * @returns {object}
 */
export function bodyOf(step, { text, when }, moment) {
  if (step === "publish") return { effective_at: when ? moment(when) : null };
  return step === "reverse" ? { reason: text.trim() } : { comment: text.trim() };
}

/** The words that a step records; null for a step that records none. @param {string} step @param {Words} words */
export const recorded = (step, { text }) => (WORDLESS.includes(step) ? null : text.trim());
