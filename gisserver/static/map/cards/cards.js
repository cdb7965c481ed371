/** PURE: one subject and what the server says about it → the card that the inspector shows. */

import { buildingCard } from "./building.js";
import { edgeCard } from "./edge.js";
import { divisionCard } from "./division.js";
import { gridCard } from "./grid.js";
import { incidentCard } from "./incident.js";
import { placeCard } from "./place.js";
import { publishedCard } from "./published.js";
import { unitCard } from "./unit.js";

/** @typedef {import("../types.js").Selection} Selection */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {(record: Record<string, any>, selection: Selection, speech: Speech) => Card} Cardmaker */
/** @typedef {{t: import("../types.js").Translate, lang: import("../types.js").Lang, timeZone: string}} Speech */

/** @type {Record<Selection["kind"], Cardmaker>} */
const MAKERS = {
  grids: gridCard,
  buildings: buildingCard,
  incidents: incidentCard,
  divisions: divisionCard,
  units: unitCard,
  place: placeCard,
  edge: edgeCard,
  published: publishedCard,
};

/**
 * @param {Selection} selection
 * @param {Record<string, any>} record  the server's answer, or what the tile holds while it is awaited
 * @param {Speech} speech
 * @returns {Card}
 */
export function cardOf(selection, record, speech) {
  return MAKERS[selection.kind](record, selection, speech);
}

/**
 * Where the server tells more about a selection; null where there is nothing more to ask.
 * @param {Selection} selection
 * @param {string|null} [moment]  the one that the map shows; null is now
 * @returns {string|null}
 */
export function doorOf({ kind, id, code, at, layer }, moment = null) {
  const when = moment ? `at=${encodeURIComponent(moment)}` : "";
  if (kind === "published") return layer ? `/ogc/collections/${encodeURIComponent(layer.id)}/items/${id}` : null;
  if (kind === "edge") return at ? `/api/grids/edge/?lon=${at[0]}&lat=${at[1]}${when && `&${when}`}` : null;
  if (kind === "place") return at ? `/api/grids/at?lon=${at[0]}&lat=${at[1]}${when && `&${when}`}` : null;
  const key = kind === "grids" || kind === "divisions" ? code : id;
  return key === null || key === undefined
    ? null
    : `/api/${kind}/${encodeURIComponent(key)}/${when && kind !== "incidents" ? `?${when}` : ""}`;
}
