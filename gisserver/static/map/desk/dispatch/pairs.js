/** The queue of what may have been reported twice: two reports side by side, and what a person decides. */

import { h } from "../../dom.js";
import { distance, moment, share, text } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";

/** @typedef {{incident: Record<string, any>, other: Record<string, any>}} Pair */

/**
 * @param {import("../types.js").Desk} desk
 * @param {Pair} pair
 * @param {{onMerge: (pair: Pair) => void, onDistinct: (pair: Pair) => void, onShow: (id: number) => void}} listeners
 */
export function pairView(desk, pair, { onMerge, onDistinct, onShow }) {
  const { t, lang, may } = desk;
  const { other } = pair;
  return h(
    "li",
    { class: "dispatch-pair", "data-pair": `${pair.incident.id}-${other.id}` },
    h(
      "div",
      { class: "dispatch-two" },
      side(desk, other, "earlier", onShow),
      side(desk, pair.incident, "later", onShow),
    ),
    h(
      "p",
      { class: "quiet" },
      t("dispatch.pair_why", {
        distance: distance(other.distance_m, lang()),
        hours: other.hours_apart.toFixed(1),
        text: share(other.similarity, lang()),
        score: share(other.score, lang()),
      }),
    ),
    may.includes("dispatch_incidents") &&
      h(
        "div",
        { class: "row-of-buttons" },
        h(
          "button",
          { type: "button", class: "primary", "data-key": `merge-${pair.incident.id}`, onclick: () => onMerge(pair) },
          t("dispatch.merge_pair"),
        ),
        h(
          "button",
          {
            type: "button",
            class: "plain",
            "data-key": `distinct-${pair.incident.id}`,
            onclick: () => onDistinct(pair),
          },
          t("dispatch.distinct"),
        ),
      ),
  );
}

/**
 * @param {import("../types.js").Desk} desk
 * @param {Record<string, any>} one
 * @param {"earlier"|"later"} which
 * @param {(id: number) => void} onShow
 */
function side({ t, lang, timeZone }, one, which, onShow) {
  return h(
    "section",
    {},
    h("p", { class: "quiet" }, t(`dispatch.${which}`)),
    h(
      "button",
      { type: "button", class: "dispatch-link", "data-key": `show-${one.id}`, onclick: () => onShow(one.id) },
      `${one.id} · ${text(one.title || one.address || one.type)}`,
    ),
    h("p", { class: "quiet" }, `${labelOf(t, "status", one.status)} · ${moment(one.occurred_at, lang(), timeZone)}`),
    one.address && h("p", {}, one.address),
  );
}
