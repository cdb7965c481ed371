/** PURE: an incident's card. */

import { distance, moment, share, text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { STATUS_COLORS } from "../map/palette.js";
import { gridRow, knownRows } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function incidentCard(record, selection, speech) {
  const { t, lang, timeZone } = speech;
  const status = /** @type {keyof typeof STATUS_COLORS} */ (record.status);
  const receipt = record.assignments?.[0] ?? {};
  return {
    badge: t("kind.incidents"),
    title: text(record.title || record.type_name || t("incident.title", { id: selection.id ?? "" })),
    state: status
      ? { text: labelOf(t, "status", status), color: STATUS_COLORS[status] ?? STATUS_COLORS.closed }
      : undefined,
    stats: [],
    rows: knownRows([
      { label: t("field.type"), value: text(record.type_name ?? record.type) },
      { label: t("field.occurred_at"), value: moment(record.occurred_at, lang, timeZone) },
      { label: t("field.received_at"), value: moment(record.received_at, lang, timeZone) },
      { label: t("field.address"), value: text(record.address) },
      { label: t("field.text"), value: text(record.text) },
      gridRow(record.grid, speech),
      { label: t("field.rule"), value: labelOf(t, "rule", record.rule) },
      { label: t("field.margin"), value: distance(receipt.margin_m, lang) },
      { label: t("field.confidence"), value: share(receipt.confidence, lang) },
      { label: t("field.reason"), value: text(receipt.reason) },
      { label: t("field.accuracy"), value: distance(record.accuracy_m, lang) },
      { label: t("field.source"), value: text(record.source) },
      { label: t("field.external_id"), value: text(record.external_id) },
    ]),
    note: record.demo ? t("incident.demo") : undefined,
  };
}
