/** PURE: what is shown (state) → a MapLibre style. The engine hands it to MapLibre, which applies the difference. */

import { buildingLabels, buildingLayers } from "./drawing/buildings.js";
import { divisionLabels, divisionLayers, divisionOutline } from "./drawing/divisions.js";
import { gridFill, gridLabels, gridLines, gridOutline } from "./drawing/grids.js";
import { incidentLayers, incidentSource } from "./drawing/incidents.js";
import { REDRAW_SOURCES } from "./drawing/redraw.js";
import { redrawFills, redrawLines } from "./drawing/redraw-layers.js";
import { publishedParts, publishedSource } from "./drawing/published.js";
import { LABELLED, labelSource } from "./labels.js";
import { INK } from "./palette.js";

/** @typedef {import("maplibre-gl").StyleSpecification} Style */
/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("../types.js").LayerName} LayerName */
/** @typedef {import("../types.js").Published} Published */
/**
 * @typedef {Pick<import("../types.js").State, "lang"|"visible"|"statuses"|"pin"|"at"> & {published: Published[]}} Shown
 *   with the published layers that are on
 */

/** @type {LayerName[]} */
export const LAYER_NAMES = ["divisions", "grids", "buildings", "incidents"];

/** Zoom from which a road or a river is wide enough to be meant by who clicks on it. */
const WIDE_FROM = 15;

/**
 * How near the top a drawn layer is for a click, when several lie under it; the lowest wins. Overlays were asked for,
 * so they come before the grids, which lie everywhere; land comes after them.
 * @param {Published[]} published
 * @param {number} zoom
 * @returns {string[]}  ids of sources
 */
export function pickOrder(published, zoom) {
  /** @type {(wanted: (layer: Published) => boolean) => string[]} */
  const of = (wanted) => published.filter(wanted).map(({ id }) => publishedSource(id));
  const ways = of(({ role }) => role === "roads" || role === "water");
  return [
    "incidents",
    ...of(({ role, geometry }) => role === null && geometry !== "polygon"),
    "buildings",
    ...of(({ role, geometry }) => role === null && geometry === "polygon"),
    ...(zoom >= WIDE_FROM ? ways : []),
    "grids",
    ...(zoom < WIDE_FROM ? ways : []),
    ...of(({ role }) => role === "land"),
    "divisions",
  ];
}

/**
 * What a new border may follow: roads, water and the walls of buildings, as far as they are shown.
 * @param {Published[]} published
 * @param {Record<LayerName, boolean>} visible
 * @returns {string[]} ids of sources
 */
export function guidesOf(published, visible) {
  return [
    ...published.filter(({ role }) => role === "roads" || role === "water").map(({ id }) => publishedSource(id)),
    ...(visible.buildings ? ["buildings"] : []),
  ];
}

/**
 * @param {Shown} shown
 * @param {string} origin  where the tiles come from; MapLibre's worker needs whole addresses
 * @returns {Style}
 */
export function buildStyle({ lang, visible, statuses, pin, at, published }, origin) {
  /** @type {(name: LayerName, layers: Layer[]) => Layer[]} */
  const shownIf = (name, layers) =>
    layers
      .map((layer) => ({
        ...layer,
        layout: {
          ...layer.layout,
          visibility: visible[name] && (name !== "incidents" || statuses.length > 0) ? "visible" : "none",
        },
      }))
      .map((layer) => /** @type {Layer} */ (layer));
  const { basemap, areas, marks, names } = publishedParts(published, lang);
  /** @type {(id: string) => import("maplibre-gl").SourceSpecification} */
  const tiles = (id) => ({ type: "vector", url: `${origin}/tiles/${id}.json` });
  /**
   * What has a history is shown as it was, or will be.
   * @type {(id: LayerName) => import("maplibre-gl").SourceSpecification}
   */
  const dated = (id) =>
    id === "incidents"
      ? incidentSource(statuses, origin)
      : { type: "vector", url: `${origin}/tiles/${id}.json${at ? `?at=${encodeURIComponent(at)}` : ""}` };
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(published.map(({ id }) => [publishedSource(id), tiles(id)])),
      ...Object.fromEntries(LAYER_NAMES.map((name) => [name, dated(name)])),
      ...Object.fromEntries(REDRAW_SOURCES.map((name) => [name, { type: "geojson", data: points([]) }])),
      ...Object.fromEntries(LABELLED.map((name) => [labelSource(name), { type: "geojson", data: points([]) }])),
      edge: { type: "geojson", data: points([]) },
      pin: { type: "geojson", data: points(pin ? [pin] : []) },
    },
    layers: [
      { id: "background", type: "background", paint: { "background-color": "#f3f5f6" } },
      ...basemap,
      ...shownIf("grids", gridFill(basemap.length > 0)),
      ...areas,
      ...shownIf("buildings", buildingLayers()),
      ...redrawFills(),
      ...marks,
      ...shownIf("grids", gridLines()),
      ...shownIf("divisions", divisionLayers()),
      ...shownIf("grids", gridOutline()),
      ...shownIf("divisions", divisionOutline()),
      ...names,
      ...shownIf("buildings", buildingLabels()),
      ...shownIf("grids", gridLabels()),
      ...shownIf("incidents", incidentLayers()),
      ...shownIf("divisions", divisionLabels(lang)),
      ...redrawLines(),
      ...edgeLayers(),
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
    features: places.map((coordinates) => ({
      type: "Feature",
      properties: {},
      geometry: { type: "Point", coordinates },
    })),
  };
}

/** The border that was asked about. @returns {Layer[]} */
function edgeLayers() {
  const layout = /** @type {const} */ ({ "line-join": "round", "line-cap": "round" });
  return [
    {
      id: "edge-casing",
      type: "line",
      source: "edge",
      layout,
      paint: { "line-color": "#fff", "line-width": 9, "line-opacity": 0.9 },
    },
    { id: "edge", type: "line", source: "edge", layout, paint: { "line-color": "#b26a00", "line-width": 5 } },
  ];
}

/** @returns {Layer[]} */
function pinLayers() {
  return [
    {
      id: "pin-shadow",
      type: "circle",
      source: "pin",
      paint: { "circle-radius": 5, "circle-color": INK, "circle-opacity": 0.25, "circle-blur": 0.6 },
    },
    {
      id: "pin",
      type: "symbol",
      source: "pin",
      layout: {
        "icon-image": "pin",
        "icon-anchor": "bottom",
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
  ];
}
