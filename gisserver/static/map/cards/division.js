/** PURE: a division's card. */

import { text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { divisionRow, named, knownRows } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function divisionCard(record, selection, { t, lang }) {
  return {
    badge: t("kind.divisions"),
    title: named(record.name || selection.code, record.name_en, lang),
    code: record.code ?? selection.code,
    stats: [],
    rows: knownRows([
      { label: t("field.level"), value: labelOf(t, "level", record.level) },
      { label: t("field.kind"), value: labelOf(t, "division_kind", record.kind) },
      { label: t("field.other_name"), value: text(lang === "en" ? record.name : record.name_en) },
      divisionRow(t("field.parent"), record.parent, named(record.parent_name, record.parent_name_en, lang)),
    ]),
  };
}
