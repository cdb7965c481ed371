/** PURE: numbers, dates, codes and coordinates as a person reads them. */

/** @typedef {import("./types.js").Lang} Lang */

/** @type {Record<Lang, string>} */
const LOCALES = { zh: "zh-CN", en: "en-GB" };

/** What stands where a value is not known. */
export const NOTHING = "—";

/**
 * @param {number|null|undefined} value
 * @param {Lang} lang
 */
export function count(value, lang) {
  if (value === null || value === undefined) return NOTHING;
  return new Intl.NumberFormat(LOCALES[lang]).format(value);
}

/**
 * Square metres up to a hectare's hundred, square kilometres above.
 * @param {number|null|undefined} squareMetres
 * @param {Lang} lang
 */
export function area(squareMetres, lang) {
  if (squareMetres === null || squareMetres === undefined) return NOTHING;
  const large = squareMetres >= 100_000;
  const value = large ? squareMetres / 1e6 : squareMetres;
  const digits = large ? 2 : 0;
  const text = new Intl.NumberFormat(LOCALES[lang], { maximumFractionDigits: digits }).format(value);
  return `${text} ${large ? "km²" : "m²"}`;
}

/**
 * @param {number|null|undefined} metres
 * @param {Lang} lang
 */
export function distance(metres, lang) {
  if (metres === null || metres === undefined) return NOTHING;
  const digits = metres < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(LOCALES[lang], { maximumFractionDigits: digits }).format(metres)} m`;
}

/**
 * @param {number|null|undefined} part  0 to 1
 * @param {Lang} lang
 */
export function share(part, lang) {
  if (part === null || part === undefined) return NOTHING;
  return new Intl.NumberFormat(LOCALES[lang], { style: "percent" }).format(part);
}

/**
 * @param {string|null|undefined} iso
 * @param {Lang} lang
 * @param {string} timeZone  the city's, wherever the reader sits
 */
export function moment(iso, lang, timeZone) {
  if (!iso) return NOTHING;
  return new Intl.DateTimeFormat(LOCALES[lang], { dateStyle: "medium", timeStyle: "short", timeZone }).format(
    new Date(iso),
  );
}

/**
 * Longitude first, five digits: about a metre.
 * @param {[number, number]} lonLat
 */
export function lonLat([lon, lat]) {
  return `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
}

/**
 * @param {unknown} value
 * @returns {string}
 */
export function text(value) {
  return value === null || value === undefined || value === "" ? NOTHING : String(value);
}
