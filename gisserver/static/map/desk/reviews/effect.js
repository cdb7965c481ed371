/** PURE: what decisions do, as sentences. */

import { refusal } from "../../i18n/translate.js";

/** @typedef {import("../../types.js").Translate} Translate */

/**
 * What a decision does, or would do.
 * @param {Translate} t
 * @param {import("../types.js").Effect} does
 * @param {number} own  the row decided
 */
export function effectText(t, does, own) {
  const loaded = does.loads.filter(({ what }) => what !== null).length;
  const along = does.loads.filter(({ review }) => review !== own).length;
  const made = does.loads.filter(({ makes_unit }) => makes_unit).length;
  return [
    loaded > 0 ? t("reviews.loads", { n: loaded }) : t("reviews.loads_nothing"),
    made > 0 && t("reviews.makes_units", { n: made }),
    does.alias && t("reviews.alias", { text: does.alias }),
    along > 0 && t("reviews.along", { n: along }),
    does.left_open.length > 0 && t("reviews.left_open", { n: does.left_open.length }),
  ]
    .filter(Boolean)
    .join(t("list.then"));
}

/**
 * What was done, or would be, of many rows; why others are refused, with how many of each reason.
 * @param {Translate} t
 * @param {import("../types.js").Outcome} outcome
 * @returns {string[]}
 */
export function outcomeLines(t, { done, loads, makes_units: made, refused }) {
  /** @type {Map<string, number>} */
  const sentences = new Map();
  for (const one of refused) {
    const sentence = refusal(t, { ...one, status: 409 });
    sentences.set(sentence, (sentences.get(sentence) ?? 0) + 1);
  }
  return [
    t("many.done", { n: done.length, loads }),
    ...(made > 0 ? [t("reviews.makes_units", { n: made })] : []),
    ...[...sentences].map(([why, n]) => t("many.refused", { n, why })),
  ];
}
