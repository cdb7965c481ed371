/** PURE: what a draft lays over the tiles: new borders, old ones, corners, the place of a refusal, as GeoJSON. */

import { labelPoints } from "../labels.js";
import { offOrdinary, ordinary, tally } from "../../redraw/counting.js";
import { corners, ringsOf } from "../../redraw/geometry.js";
import { differences, nameOf } from "../../redraw/draft.js";

/** @typedef {import("../../redraw/types.js").RedrawState} RedrawState */
/** @typedef {import("../../redraw/types.js").Grid} Grid */
/** @typedef {Record<string, GeoJSON.FeatureCollection>} Overlays  by source */

export const REDRAW_SOURCES = [
  "redraw-outside",
  "redraw-grids",
  "redraw-old",
  "redraw-names",
  "redraw-corners",
  "redraw-buildings",
  "redraw-marks",
];

/** @param {GeoJSON.Feature[]} features @returns {GeoJSON.FeatureCollection} */
const collection = (features) => ({ type: "FeatureCollection", features });

/** @param {GeoJSON.Geometry} geometry @param {Record<string, any>} properties @returns {GeoJSON.Feature} */
const feature = (geometry, properties) => ({ type: "Feature", properties, geometry });

/**
 * @param {RedrawState} state
 * @param {string[]} near  codes of the grids whose corners are shown
 * @returns {Overlays}
 */
export function redrawOverlays(state, near) {
  const { draft, picks, focus, dragged, trouble, warnings, assets } = state;
  const nothing = Object.fromEntries(REDRAW_SOURCES.map((name) => [name, collection([])]));
  if (state.open && state.view === "new") return { ...nothing, "redraw-grids": collection(chosenCommunities(state)) };
  if (!state.open || !draft) return nothing;
  const { added, changed, removed } = differences(draft);
  const now = { ...draft.now, ...Object.fromEntries(dragged.map((grid) => [grid.code, grid])) };
  const touched = new Set([...added, ...changed, ...dragged.map(({ code }) => code)]);
  const loads = loadsOf(state, now);
  const usually = loads && ordinary(loads, now);
  const grids = Object.values(now).map((grid) =>
    feature(grid.geometry, {
      ...(loads && usually && { load: offOrdinary(grid.code, loads[grid.code], usually) ?? null }),
      code: grid.code,
      changed: touched.has(grid.code),
      picked: picks.indexOf(grid.code) + 1,
      focus: grid.code === focus,
      gives: state.tool === "transfer" && picks[0] === grid.code,
    }),
  );
  const old = [...changed, ...removed].map((code) => feature(outline(draft.base[code]), { code }));
  const marks = [
    ...warnings
      .filter(({ geometry }) => geometry)
      .map((one) => feature(/** @type {GeoJSON.Geometry} */ (one.geometry), { mark: "warning" })),
    ...(trouble?.geometry ? [feature(trouble.geometry, { mark: "trouble" })] : []),
  ];
  return {
    "redraw-outside": collection(assets ? [feature(outside(assets.frame), {})] : []),
    "redraw-grids": collection(grids),
    "redraw-old": collection(old),
    "redraw-names": collection(
      named(loads ? Object.values(now) : [...touched].map((code) => now[code]), draft.places, loads),
    ),
    "redraw-corners": collection(
      corners(near.map((code) => now[code]).filter(Boolean)).map((at) =>
        feature({ type: "Point", coordinates: at }, {}),
      ),
    ),
    "redraw-buildings": collection(
      state.buildings.map(({ id, at }) => feature({ type: "Point", coordinates: at }, { id })),
    ),
    "redraw-marks": collection(marks),
  };
}

/** The communities chosen for a new redraw. @param {RedrawState} state */
function chosenCommunities({ allCommunities, communities }) {
  return allCommunities
    .filter(({ code }) => communities.includes(code))
    .map(({ code, geometry }) => feature(geometry, { code, changed: false, picked: 1, focus: false, gives: false }));
}

/**
 * What each grid carries, when they are coloured by it.
 * @param {RedrawState} state
 * @param {import("../../redraw/types.js").Grids} now
 */
const loadsOf = ({ shaded, assets, measure }, now) => (shaded && assets ? tally(now, assets.things, measure) : null);

/**
 * All the world but a frame, so that what can't be drawn on steps back.
 * @param {GeoJSON.Polygon|GeoJSON.MultiPolygon} frame
 * @returns {GeoJSON.MultiPolygon}
 */
function outside(frame) {
  const parts = frame.type === "Polygon" ? [frame.coordinates] : frame.coordinates;
  const world = [
    [-180, -85],
    [180, -85],
    [180, 85],
    [-180, 85],
    [-180, -85],
  ];
  return {
    type: "MultiPolygon",
    coordinates: [
      [world, ...parts.map(([outer]) => outer)],
      ...parts.flatMap(([, ...holes]) => holes.map((hole) => [hole])),
    ],
  };
}

/** @param {Grid} grid @returns {GeoJSON.MultiLineString} */
const outline = (grid) => ({ type: "MultiLineString", coordinates: ringsOf(grid.geometry) });

/**
 * @param {Grid[]} grids
 * @param {string[]} places
 * @param {Record<string, number>|null} loads
 * @returns {GeoJSON.Feature[]}
 */
function named(grids, places, loads) {
  const label = (/** @type {Grid} */ grid) =>
    [nameOf(grid, places), ...(loads ? [loads[grid.code].toLocaleString("en")] : [])].join("\n");
  return labelPoints(grids.map((grid, id) => ({ id, properties: { label: label(grid) }, geometry: grid.geometry })));
}

/**
 * The grids whose names on the tiles are no longer right, or are written here.
 * @param {RedrawState} state
 * @returns {string[]} codes
 */
export function renamed({ open, draft, dragged, shaded, assets }) {
  if (!open || !draft) return [];
  if (shaded && assets) return [...new Set([...Object.keys(draft.base), ...Object.keys(draft.now)])];
  const { changed, removed } = differences(draft);
  return [...changed, ...removed, ...dragged.map(({ code }) => code)];
}
