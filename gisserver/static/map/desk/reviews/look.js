/** Looking ahead: what the likeliest decision on a row would do, and which homes a house may mean. */

import { ApiError } from "../../api.js";
import { effectText } from "./effect.js";

/** @typedef {import("../types.js").Review} Review */
/** @typedef {import("../types.js").Candidate} Candidate */
/** @typedef {{api: Pick<import("../../api.js").Api, "get"|"post">, t: import("../../types.js").Translate}} Means */

/** There are keys for so many. */
export const MOST = 9;

/**
 * The candidates of a row, those homes behind them that its house may mean: the numbers of the others stay, for a key
 * may be on its way. And what the first that can be decided would do.
 * @param {Means} means
 * @param {Review} row
 * @returns {Promise<{candidates: Candidate[], sentence: string}>}
 */
export async function look(means, row) {
  const [first] = row.candidates;
  if (!first) return { candidates: row.candidates, sentence: "" };
  const tried = await attempt(means, row, first);
  if (tried.sentence || tried.units.length === 0) return { candidates: row.candidates, sentence: tried.sentence };
  const known = new Set(row.candidates.filter(({ target }) => target === "unit").map(({ id }) => id));
  const units = tried.units.filter((id) => !known.has(id)).slice(0, Math.max(0, MOST - row.candidates.length));
  const homes = await Promise.all(units.map((id) => homeOf(means, id, first)));
  const likeliest = homes.length === 1 ? await attempt(means, row, homes[0]) : { sentence: "" };
  return { candidates: [...row.candidates, ...homes], sentence: likeliest.sentence };
}

/**
 * What deciding for a candidate would do; where a home is wanted and a house was named, the homes that it may be.
 * @param {Means} means @param {Review} row @param {Candidate} candidate
 * @returns {Promise<{sentence: string, units: number[]}>}
 */
async function attempt({ api, t }, row, { target, id, label }) {
  try {
    const { does } = await api.post(`/api/reviews/${row.id}/decide/`, { target: { type: target, id }, dry_run: true });
    return { sentence: t("reviews.would", { label, does: effectText(t, does, row.id) }), units: [] };
  } catch (error) {
    if (error instanceof ApiError) return { sentence: "", units: error.problem.units ?? [] };
    throw error;
  }
}

/** @param {Means} means @param {number} id @param {Candidate} house @returns {Promise<Candidate>} */
async function homeOf({ api }, id, house) {
  const unit = await api.get(`/api/units/${id}/`);
  const [lon, lat] = unit.geometry.coordinates;
  const label = unit.address || `${house.label}${unit.entrance ?? ""}${unit.number}`;
  return { target: "unit", id, building: unit.building, label, level: "unit", confidence: 0, lon, lat, reasons: [] };
}
