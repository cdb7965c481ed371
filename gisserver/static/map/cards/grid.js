/** PURE: a grid's card. */

import { area, count, moment, text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { nameOf, told } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function gridCard(record, selection, speech) {
  const { t, lang } = speech;
  const counts = record.counts ?? {};
  const keys = ["buildings", "units", "households", "incidents_open"].filter((key) => counts[key] !== undefined);
  return {
    badge: t("kind.grids"),
    title: text(record.name || selection.code),
    code: String(record.code ?? selection.code ?? ""),
    stats: keys.map((key) => ({ label: t(`field.${key}`), value: count(counts[key], lang) })),
    rows: told([
      { label: t("field.kind"), value: labelOf(t, "grid_kind", record.kind) },
      { label: t("field.officer"), value: text(record.officer) },
      { label: t("field.community"), value: nameOf(record.community_name ?? record.community, speech) },
      { label: t("field.area"), value: area(record.area_m2, lang) },
      { label: t("field.since"), value: moment(record.valid_from, lang) },
      { label: t("field.source"), value: text(record.source) },
    ]),
  };
}
