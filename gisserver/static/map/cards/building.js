/** PURE: a building's card. */

import { count, distance, text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { KIND_COLORS } from "../map/palette.js";
import { gridRow, knownRows } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function buildingCard(record, selection, speech) {
  const { t, lang } = speech;
  const kind = /** @type {keyof typeof KIND_COLORS} */ (record.kind);
  const others = (record.addresses ?? []).filter((/** @type {any} */ one) => one.text !== record.address);
  return {
    badge: t("kind.buildings"),
    title: text(record.name || t("building.title", { id: record.id ?? selection.id ?? "" })),
    code: record.code ?? undefined,
    state: kind
      ? { text: labelOf(t, "building_kind", kind), color: KIND_COLORS[kind] ?? KIND_COLORS.other }
      : undefined,
    stats: [
      { label: t("field.floors"), value: count(record.floors, lang) },
      { label: t("field.units"), value: count(record.units, lang) },
      { label: t("field.households"), value: count(record.households, lang) },
    ].filter(({ value }) => value !== "—"),
    rows: knownRows([
      { label: t("field.address"), value: text(record.address) },
      ...others.map((/** @type {any} */ one) => ({
        label: labelOf(t, "address_kind", one.kind),
        value: text(one.text),
      })),
      gridRow(record.grid, speech),
      { label: t("field.rule"), value: labelOf(t, "rule", record.assignment?.rule) },
      { label: t("field.margin"), value: distance(record.assignment?.margin_m, lang) },
      { label: t("field.height"), value: distance(record.height_m, lang) },
      {
        label: t("field.entrances"),
        value: text((record.entrances ?? []).map((/** @type {any} */ one) => one.name).join(" ")),
      },
      { label: t("field.source"), value: text(record.source) },
      record.units > 0
        ? { label: t("field.units"), value: t("building.table"), url: `/desk/buildings/${record.id}/` }
        : null,
    ]),
  };
}
