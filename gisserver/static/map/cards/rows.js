/** PURE: small pieces that several cards share. */

import { NOTHING } from "../format.js";

/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("./cards.js").Speech} Speech */

/**
 * Only the rows that say something.
 * @param {(Row|null)[]} rows
 * @returns {Row[]}
 */
export function knownRows(rows) {
  return rows.filter((row) => row !== null).filter((row) => row.value !== NOTHING && row.value !== "");
}

/**
 * The name in the language spoken; Chinese where English has none.
 * @param {string|null|undefined} name
 * @param {string|null|undefined} nameEn
 * @param {import("../types.js").Lang} lang
 */
export function named(name, nameEn, lang) {
  return (lang === "en" && nameEn) || name || NOTHING;
}

/**
 * A row that leads to a grid.
 * @param {any} grid  a code, or a record with one
 * @param {Speech} speech
 * @param {string} [name]  what people call it, where that is known
 * @returns {Row|null}
 */
export function gridRow(grid, { t }, name = "") {
  const code = typeof grid === "object" ? grid?.code : grid;
  if (!code) return null;
  return {
    label: t("field.grid"),
    value: name || String(code),
    mono: !name,
    href: { kind: "grids", id: null, code: String(code) },
  };
}

/**
 * A row that leads to a division.
 * @param {string} label
 * @param {string|null|undefined} code
 * @param {string} name
 * @returns {Row|null}
 */
export function divisionRow(label, code, name) {
  if (!code) return null;
  return { label, value: name, href: { kind: "divisions", id: null, code } };
}
