/** PURE: a grid's card. */

import { area, count, moment, text } from "../format.js";
import { labelOf } from "../i18n/translate.js";
import { divisionRow, named, knownRows } from "./rows.js";

/** What a supervisor asks of a grid first. */
const LOAD = ["buildings", "units", "households", "incidents_open"];

/** @type {import("./cards.js").Cardmaker} */
export function gridCard(record, selection, { t, lang, timeZone }) {
  const load = record.load ?? {};
  return {
    badge: t("kind.grids"),
    title: text(record.name || selection.code),
    code: String(record.code ?? selection.code ?? ""),
    stats: LOAD.filter((key) => load[key] !== undefined).map((key) => ({
      label: t(`field.${key}`),
      value: count(load[key], lang),
    })),
    rows: knownRows([
      { label: t("field.kind"), value: labelOf(t, "grid_kind", record.kind) },
      { label: t("field.officer"), value: text(record.officer) },
      divisionRow(t("field.community"), record.community, named(record.community_name, record.community_name_en, lang)),
      { label: t("field.area"), value: area(record.area_m2, lang) },
      { label: t("field.since"), value: moment(record.valid?.from, lang, timeZone) },
    ]),
    past: record.versions && pastOf(record.versions, { t, lang, timeZone }),
  };
}

/**
 * Every boundary that the grid has had, latest first: since when, by which redraw, by whom and why.
 * @param {any[]} versions  oldest first
 * @param {import("./cards.js").Speech} speech
 * @returns {import("../types.js").Past[]}
 */
function pastOf(versions, { t, lang, timeZone }) {
  return [...versions].reverse().map(({ valid, name, area_m2: squareMetres, redraw }) => ({
    at: valid.from,
    when: valid.until
      ? t("history.until", { from: moment(valid.from, lang, timeZone), until: moment(valid.until, lang, timeZone) })
      : t("history.since", { from: moment(valid.from, lang, timeZone) }),
    title: redraw ? redraw.title : t("history.first"),
    more: [redraw?.author, redraw?.reason, name, area(squareMetres, lang)].filter(Boolean).join(" · "),
  }));
}
