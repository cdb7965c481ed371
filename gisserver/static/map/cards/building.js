/** PURE: a building's card; personal data arrives masked and is shown as it arrives. */

import { count, distance, text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { KIND_COLORS } from "../map/palette.js";
import { gridRow, told } from "./rows.js";

/** @param {any} list @returns {string} */
const first = (list) => {
  const one = Array.isArray(list) ? list[0] : list;
  return text(typeof one === "object" ? one?.text ?? one?.code : one);
};

/** @type {import("./cards.js").Cardmaker} */
export function buildingCard(record, selection, speech) {
  const { t, lang } = speech;
  const kind = /** @type {keyof typeof KIND_COLORS} */ (record.kind);
  const assignment = record.assignment ?? {};
  return {
    badge: t("kind.buildings"),
    title: text(record.name || t("building.title", { id: record.id ?? selection.id ?? "" })),
    code: record.code ?? undefined,
    state: kind ? { text: labelOf(t, "building_kind", kind), color: KIND_COLORS[kind] ?? KIND_COLORS.other } : undefined,
    stats: [
      { label: t("field.floors"), value: count(record.floors, lang) },
      { label: t("field.units"), value: count(record.counts?.units, lang) },
      { label: t("field.households"), value: count(record.counts?.households, lang) },
    ].filter(({ value }) => value !== "—"),
    rows: told([
      { label: t("field.address"), value: first(record.address ?? record.addresses) },
      gridRow(record.grid ?? assignment.grid, speech),
      { label: t("field.rule"), value: labelOf(t, "rule", assignment.rule) },
      { label: t("field.height"), value: distance(record.height_m, lang) },
      { label: t("field.source"), value: text(record.source) },
    ]),
  };
}
