/** PURE: what is shown (state) → a MapLibre style. The engine hands it to MapLibre, which applies the difference. */

import { buildingLayers } from "./drawing/buildings.js";
import { divisionLabels, divisionLayers, divisionOutline } from "./drawing/divisions.js";
import { gridLabels, gridLayers, gridOutline } from "./drawing/grids.js";
import { incidentLayers } from "./drawing/incidents.js";
import { LABELLED, labelSource } from "./labels.js";
import { INK } from "./palette.js";

/** @typedef {import("maplibre-gl").StyleSpecification} Style */
/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("../types.js").LayerName} LayerName */
/** @typedef {Pick<import("../types.js").State, "lang"|"visible"|"statuses"|"pin">} Shown */

/** @type {LayerName[]} */
export const LAYER_NAMES = ["divisions", "grids", "buildings", "incidents"];

/** Which tile layer a click belongs to when several lie under it, first wins. */
/** @type {LayerName[]} */
export const PICK_ORDER = ["incidents", "buildings", "grids", "divisions"];

/**
 * @param {Shown} shown
 * @param {string} origin  where the tiles come from; MapLibre's worker needs whole addresses
 * @returns {Style}
 */
export function buildStyle({ lang, visible, statuses, pin }, origin) {
  /** @type {(name: LayerName, layers: Layer[]) => Layer[]} */
  const shownIf = (name, layers) =>
    layers.map((layer) => ({ ...layer, layout: { ...layer.layout, visibility: visible[name] ? "visible" : "none" } }))
      .map((layer) => /** @type {Layer} */ (layer));
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(LAYER_NAMES.map((name) => [name, { type: "vector", url: `${origin}/tiles/${name}.json` }])),
      ...Object.fromEntries(LABELLED.map((name) => [labelSource(name), { type: "geojson", data: points([]) }])),
      pin: { type: "geojson", data: points(pin ? [pin] : []) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#f3f5f6" } },
      ...shownIf("grids", gridLayers()),
      ...shownIf("buildings", buildingLayers()),
      ...shownIf("divisions", divisionLayers()),
      ...shownIf("grids", gridOutline()),
      ...shownIf("divisions", divisionOutline()),
      ...shownIf("grids", gridLabels()),
      ...shownIf("incidents", incidentLayers(statuses)),
      ...shownIf("divisions", divisionLabels(lang)),
      ...pinLayers(),
    ],
  };
}

/**
 * @param {[number, number][]} places
 * @returns {GeoJSON.FeatureCollection}
 */
function points(places) {
  return {
    type: "FeatureCollection",
    features: places.map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } })),
  };
}

/** @returns {Layer[]} */
function pinLayers() {
  return [
    { id: "pin-shadow", type: "circle", source: "pin", paint: { "circle-radius": 5, "circle-color": INK, "circle-opacity": 0.25, "circle-blur": 0.6 } },
    {
      id: "pin", type: "symbol", source: "pin",
      layout: { "icon-image": "pin", "icon-anchor": "bottom", "icon-allow-overlap": true, "icon-ignore-placement": true },
    },
  ];
}
