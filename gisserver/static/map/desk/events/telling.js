/** PURE: what an event did, or would do, in sentences; and the door that takes it back. */

import { labelOf } from "../../i18n/translate.js";

/** @typedef {import("../../types.js").Translate} Translate */
/**
 * @typedef {object} Told  an effect of an event
 * @property {string} target
 * @property {number} id
 * @property {string} [text]
 * @property {string} role
 * @property {Record<string, any>|null} before
 * @property {Record<string, any>|null} after
 *
 * @typedef {object} LifeEvent
 * @property {number} id
 * @property {string} kind
 * @property {string} effective_at
 * @property {string|null} author
 * @property {string|null} reason
 * @property {string} source
 * @property {number|null} reverted_by
 * @property {number} effects_total
 * @property {Told[]} effects
 */

/** More lines help nobody in a card. */
const MOST_LINES = 12;
/** What a reader does not ask for. */
const HIDDEN = ["building", "building_id", "entrance_id", "changed_at", "twin", "unit", "unit_id", "source"];

/**
 * One line for each thing that an event touches.
 * @param {Translate} t
 * @param {Pick<LifeEvent, "effects"|"effects_total">} event
 * @returns {string[]}
 */
export function linesOf(t, { effects, effects_total: total }) {
  const lines = effects.slice(0, MOST_LINES).map((effect) => {
    const what = `${labelOf(t, "target", effect.target)} ${effect.text ?? effect.id}`;
    return t("event.line", { what, role: labelOf(t, "role", effect.role), words: wordsOf(t, effect) });
  });
  return total > lines.length ? [...lines, t("event.more", { n: total - lines.length })] : lines;
}

/** The values that changed, or those that something began with. @param {Translate} t @param {Told} effect */
function wordsOf(t, { before, after }) {
  const words = Object.entries(after ?? {})
    .filter(([name, value]) => !HIDDEN.includes(name) && value !== null && value !== "")
    .map(([name, value]) => {
      const old = before?.[name];
      const label = labelOf(t, "row_field", name);
      return old === undefined || old === null || old === "" || old === value
        ? `${label} ${shown(t, value)}`
        : `${label} ${shown(t, old)} → ${shown(t, value)}`;
    });
  return words.length > 0 ? t("event.words", { words: words.join(t("list.and")) }) : "";
}

/** @param {Translate} t @param {unknown} value */
const shown = (t, value) => (typeof value === "boolean" ? t(`answer.${value}`) : String(value));

/**
 * The door that takes an event back: households' are at a household, all others at a building. An import is taken back
 * as a whole, where imports are listed.
 * @param {LifeEvent} event
 * @param {number} building
 * @returns {string|null}  null: nothing takes it back
 */
export function revertDoor({ kind, reverted_by: reverted, effects }, building) {
  if (reverted !== null || kind === "revert" || kind === "import") return null;
  const household = effects.find(({ target }) => target === "household");
  if (household && effects.every(({ target }) => target === "household"))
    return `/api/households/${household.id}/revert/`;
  return `/api/buildings/${building}/revert/`;
}

/**
 * The events of several lives, each once, the earliest first.
 * @param {{events: LifeEvent[]}[]} lives
 * @returns {LifeEvent[]}
 */
export function merged(lives) {
  const events = new Map(
    lives.flatMap(({ events }) => events.map((event) => /** @type {const} */ ([event.id, event]))),
  );
  return [...events.values()].sort((a, b) => a.id - b.id);
}
