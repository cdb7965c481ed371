/** PURE: small pieces that several cards share. */

import { NOTHING } from "../format.js";

/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("./cards.js").Speech} Speech */

/**
 * Only the rows that say something.
 * @param {(Row|null)[]} rows
 * @returns {Row[]}
 */
export function told(rows) {
  return rows.filter((row) => row !== null).filter((row) => row.value !== NOTHING && row.value !== "");
}

/**
 * A division as the API gives it: a record with both names, or only its name.
 * @param {any} division
 * @param {Speech} speech
 * @returns {string}
 */
export function nameOf(division, { lang }) {
  if (!division) return NOTHING;
  if (typeof division !== "object") return String(division);
  return (lang === "en" && division.name_en) || division.name || division.code || NOTHING;
}

/**
 * A row that leads to a grid.
 * @param {any} grid  a code, or a record with one
 * @param {Speech} speech
 * @returns {Row|null}
 */
export function gridRow(grid, { t }) {
  const code = typeof grid === "object" ? grid?.code : grid;
  if (!code) return null;
  return { label: t("field.grid"), value: String(code), mono: true, href: { kind: "grids", id: null, code: String(code) } };
}

/**
 * A row that leads to a division.
 * @param {string} label
 * @param {string|null|undefined} code
 * @param {string|null|undefined} name  the code stands in for a name that is not known
 * @returns {Row|null}
 */
export function divisionRow(label, code, name) {
  if (!code) return null;
  return { label, value: name || code, mono: !name, href: { kind: "divisions", id: null, code } };
}
