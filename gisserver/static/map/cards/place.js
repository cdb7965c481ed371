/** PURE: the answer to "which grid is here". */

import { distance, lonLat, text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { gridRow, knownRows } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function placeCard(record, selection, speech) {
  const { t, lang } = speech;
  const name = selection.properties?.label;
  return {
    badge: t("kind.place"),
    title: name || t("place.title"),
    stats: [],
    rows: knownRows([
      gridRow(record.grid, speech, record.grid_name),
      record.grid_name ? { label: t("field.code"), value: text(record.grid), mono: true } : null,
      { label: t("field.officer"), value: text(record.officer) },
      // Why there is none says more than that there is none.
      {
        label: t("field.rule"),
        value: record.reason ? labelOf(t, "absence", record.reason) : labelOf(t, "rule", record.rule),
      },
      { label: t("field.margin"), value: distance(record.margin_m, lang) },
      { label: t("field.coordinates"), value: selection.at ? lonLat(selection.at) : "—", mono: true },
    ]),
  };
}
