/** PURE: a division's card. */

import { text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { divisionRow, nameOf, told } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function divisionCard(record, selection, speech) {
  const { t, lang } = speech;
  const known = { ...selection.properties, ...record };
  return {
    badge: t("kind.divisions"),
    title: nameOf(known, speech),
    code: known.code ? String(known.code) : undefined,
    stats: [],
    rows: told([
      { label: t("field.level"), value: labelOf(t, "level", known.level) },
      { label: t("field.kind"), value: labelOf(t, "division_kind", known.kind) },
      { label: t("field.name"), value: text(lang === "en" ? known.name : known.name_en) },
      divisionRow(t("field.parent"), known.parent, known.parent_name),
    ]),
  };
}
