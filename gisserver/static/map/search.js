/** From what was typed to a list of places: coordinates at once, codes and addresses from the server. */

import { ApiError } from "./api.js";
import { lonLat } from "./format.js";
import { parseQuery } from "./query.js";
import { coded, geocoded, gridNamed } from "./results.js";

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
/**
 * @typedef {object} Tools
 * @property {Pick<import("./api.js").Api, "get">} api
 * @property {import("./types.js").Translate} t
 * @property {import("./types.js").Lang} lang
 * @property {AbortSignal} signal
 */

const LIMIT = 8;

/** So many grids of a name: others in other communities may be called the same. */
const GRIDS = 6;

/**
 * @param {string} typed
 * @param {Tools} tools
 * @returns {Promise<{found: Found[], reason?: string}>}  `reason`: why there is nothing, in the server's word
 */
export async function findHits(typed, tools) {
  const query = parseQuery(typed);
  if (query.kind === "empty") return { found: [] };
  if (query.kind === "place") return { found: [placeFound([query.lon, query.lat], tools.t)] };
  if (query.kind === "code") {
    const found = await byCode(query.code, tools);
    if (found.length > 0) return { found };
  }
  const text = query.kind === "code" ? query.code : query.text;
  const asked = `q=${encodeURIComponent(text)}&format=geocodejson&limit=${LIMIT}&accept-language=${tools.lang}`;
  const path = `/geocode/search?${asked}`;
  const [body, grids] = await Promise.all([tools.api.get(path, { signal: tools.signal }), byName(text, tools)]);
  const addresses = body.features.map(geocoded);
  const called = grids.filter(({ label, printed }) => text === label || text === printed);
  return {
    found: [...called, ...addresses, ...grids.filter((one) => !called.includes(one))].slice(0, LIMIT + GRIDS),
    reason: body.reason,
  };
}

/**
 * Grids by what the map writes into them: the name, without the community's in front; the end of the code where there
 * is none.
 * @param {string} text
 * @param {Tools} tools
 * @returns {Promise<(Found & {printed: string})[]>}
 */
async function byName(text, { api, signal }) {
  const ending = /^…(\d+)$/.exec(text)?.[1];
  const filter = ending ? `name = '' AND code LIKE '%${ending}'` : `name LIKE '%${likened(text)}%'`;
  const properties = "code,name,community_name";
  const asked = `filter=${encodeURIComponent(filter)}&sortby=code&limit=${GRIDS}&properties=${properties}`;
  const path = `/ogc/collections/grids/items?${asked}&skipGeometry=true`;
  try {
    return (await api.get(path, { signal })).features.map(gridNamed);
  } catch (error) {
    if (error instanceof ApiError && error.code !== "network") return []; // who may not see grids still finds addresses
    throw error;
  }
}

/** Words inside a pattern of CQL2's LIKE. @param {string} text */
const likened = (text) => text.replace(/[\\%_]/g, "\\$&").replaceAll("'", "''");

/** @param {[number, number]} at @param {Tools["t"]} t @returns {Found} */
function placeFound(at, t) {
  return {
    label: lonLat(at),
    type: "place",
    hint: t("place.title"),
    at,
    zoom: 16,
    selection: { kind: "place", id: null, at },
  };
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
