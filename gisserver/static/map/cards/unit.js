/** PURE: the card of a lockable unit. */

import { count, text } from "../format.js";
import { knownRows } from "./rows.js";

/** @type {import("./cards.js").Cardmaker} */
export function unitCard(record, selection, { t, lang }) {
  return {
    badge: t("kind.units"),
    title: text([record.entrance, record.number].filter(Boolean).join(" ")),
    code: record.code ?? selection.code,
    stats: [
      { label: t("field.floor"), value: count(record.floor, lang) },
      { label: t("field.households"), value: count(record.households, lang) },
    ].filter(({ value }) => value !== "—"),
    rows: knownRows([
      { label: t("field.address"), value: text(record.address) },
      record.building
        ? {
            label: t("kind.buildings"),
            value: text(record.building_name || record.building),
            href: { kind: "buildings", id: record.building },
          }
        : null,
      record.building
        ? {
            label: t("building.table"),
            value: t("unit.in_table"),
            url: `/desk/buildings/${record.building}/#unit=${record.id}`,
          }
        : null,
    ]),
  };
}
