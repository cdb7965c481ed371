/** PURE: a border's card: who drew it, when and why, and the grids on its two sides. */

import { moment, NOTHING, text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { knownRows } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function edgeCard(record, selection, { t, lang, timeZone }) {
  const { left, right, frame, redraw, command } = record;
  /** @param {any} side @returns {import("../types.js").Row} */
  const side = ({ code, name }) => ({
    label: t("edge.side"),
    value: name || code,
    href: { kind: "grids", id: null, code },
  });
  return {
    badge: t("kind.edge"),
    title: left ? (redraw ? text(redraw.title) : t("history.first")) : t("edge.drawn"),
    stats: [],
    rows: knownRows([
      left ? side(left) : null,
      right ? side(right) : null,
      { label: t("field.since"), value: record.since ? moment(record.since, lang, timeZone) : NOTHING },
      { label: t("edge.author"), value: text(command?.author ?? redraw?.author) },
      { label: t("edge.command"), value: command ? labelOf(t, "redraw.tool", command.verb) : NOTHING },
      { label: t("field.reason"), value: text(redraw?.reason) },
    ]),
    note: frame ? t("edge.frame") : undefined,
  };
}
