/** From what was typed to a list of places: coordinates at once, codes and addresses from the server. */

import { ApiError } from "./api.js";
import { lonLat } from "./format.js";
import { parseQuery } from "./query.js";
import { coded, geocoded } from "./results.js";

/** @typedef {import("./types.js").Selection} Selection */
/**
 * @typedef {object} Found
 * @property {string} label
 * @property {string} type         a `result.*` key
 * @property {string} [hint]        a second line, such as the code
 * @property {[number, number]} [at]   lon, lat
 * @property {number} [zoom]
 * @property {[number, number, number, number]} [bounds]  west, south, east, north: shown whole instead
 * @property {Selection|null} selection  what to open when it is chosen
 */
/** @typedef {{api: Pick<import("./api.js").Api, "get">, t: import("./types.js").Translate, lang: import("./types.js").Lang, signal: AbortSignal}} Tools */

const LIMIT = 8;

/**
 * @param {string} typed
 * @param {Tools} tools
 * @returns {Promise<Found[]>}
 */
export async function findHits(typed, tools) {
  const query = parseQuery(typed);
  if (query.kind === "empty") return [];
  if (query.kind === "place") return [placeFound([query.lon, query.lat], tools.t)];
  if (query.kind === "code") {
    const found = await byCode(query.code, tools);
    if (found.length > 0) return found;
  }
  const text = query.kind === "code" ? query.code : query.text;
  const path = `/geocode/search?q=${encodeURIComponent(text)}&format=geocodejson&limit=${LIMIT}&accept-language=${tools.lang}`;
  const body = await tools.api.get(path, { signal: tools.signal });
  return body.features.map(geocoded);
}

/** @param {[number, number]} at @param {Tools["t"]} t @returns {Found} */
function placeFound(at, t) {
  return { label: lonLat(at), type: "place", hint: t("place.title"), at, zoom: 16, selection: { kind: "place", id: null, at } };
}

/**
 * @param {string} code
 * @param {Tools} tools
 * @returns {Promise<Found[]>}  none when nothing ever had this code
 */
async function byCode(code, { api, signal }) {
  try {
    return coded(await api.get(`/api/codes/${encodeURIComponent(code)}`, { signal }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}
