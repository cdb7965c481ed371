/** PURE: the card of a feature of a published layer: all that it says of itself. */

import { NOTHING } from "../format.js";
import { nameFields } from "../map/hints.js";
import { knownRows } from "./rows.js";

/**
 * `attributes` are the server's whole answer; until it comes, those of the tile stand in. `titles` are the fields' own.
 * @type {import("./cards.js").Cardmaker}
 */
export function publishedCard(record, selection, { t, lang }) {
  /** @type {Record<string, any>} */
  const attributes = record.attributes ?? selection.properties ?? {};
  const title = selection.layer?.title ?? "";
  const name = nameFields(Object.keys(attributes), lang).find((field) => attributes[field]);
  return {
    badge: title,
    title: name ? String(attributes[name]) : t("published.title", { layer: title, id: selection.id ?? "" }),
    stats: [],
    rows: knownRows(
      Object.entries(attributes)
        .filter(([field]) => field !== name)
        .map(([field, value]) => ({
          label: record.titles?.[field] ?? field,
          value: written(value, t),
        })),
    ),
  };
}

/** @param {unknown} value @param {import("../types.js").Translate} t */
function written(value, t) {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === "boolean") return t(`answer.${value}`);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
