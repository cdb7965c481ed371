/** PURE: what did the user type into the search box: a coordinate, a code, or words? */

/**
 * @typedef {{kind: "empty"}} EmptyQuery
 * @typedef {{kind: "place", lon: number, lat: number}} PlaceQuery  degrees, WGS 84
 * @typedef {{kind: "code", code: string}} CodeQuery
 * @typedef {{kind: "text", text: string}} TextQuery
 * @typedef {EmptyQuery|PlaceQuery|CodeQuery|TextQuery} Query
 */

const PAIR = /^([+-]?\d{1,3}(?:\.\d+)?)[°\s]*[,\s][\s]*([+-]?\d{1,3}(?:\.\d+)?)°?$/;
/** From a subdistrict's 9 digits up; shorter runs of digits are house or room numbers. */
const CODE = /^\d{9,32}$/;

/**
 * Full-width digits, commas and spaces become plain ones.
 * @param {string} text
 */
function plain(text) {
  return text.normalize("NFKC").replace(/[、;]/g, ",").trim();
}

/**
 * "lon,lat" as the project writes it; "lat,lon" is taken too where only that order is possible.
 * @param {string} text
 * @returns {PlaceQuery|null}
 */
function placeOf(text) {
  const match = PAIR.exec(text);
  if (!match) return null;
  const [first, second] = [Number(match[1]), Number(match[2])];
  if (Math.abs(second) <= 90 && Math.abs(first) <= 180) return { kind: "place", lon: first, lat: second };
  if (Math.abs(first) <= 90 && Math.abs(second) <= 180) return { kind: "place", lon: second, lat: first };
  return null;
}

/**
 * @param {string} typed
 * @returns {Query}
 */
export function parseQuery(typed) {
  const text = plain(typed);
  if (text === "") return { kind: "empty" };
  const place = placeOf(text);
  if (place) return place;
  const digits = text.replace(/[\s-]/g, "");
  if (CODE.test(digits)) return { kind: "code", code: digits };
  return { kind: "text", text };
}
