import assert from "node:assert/strict";
import { test } from "node:test";

import { createRedrawStore } from "../../gisserver/static/map/redraw/store.js";
import { draftOf, withChanged } from "../../gisserver/static/map/redraw/draft.js";
import { redrawOverlays, renamed, REDRAW_SOURCES } from "../../gisserver/static/map/map/drawing/redraw.js";
import { withSketch } from "../../gisserver/static/map/map/sketch-layers.js";

const idle = createRedrawStore({
  doors: /** @type {any} */ ({}),
  t: (key) => key,
  onPublished: () => {},
  save: () => {},
}).get();
/** @param {string} code @param {number} width */
const row = (code, width) => ({
  code,
  name: code,
  kind: "base",
  geometry: {
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        [width, 0],
        [width, 1],
        [0, 0],
      ],
    ],
  },
});
const draft = withChanged(draftOf([row("A", 2), row("B", 1)], []), [row("A", 1), row("C", 1)]);
/** @type {import("../../gisserver/static/map/redraw/types.js").RedrawState} */
const state = { ...idle, open: true, view: "one", draft };

test("a closed panel leaves nothing on the map", () => {
  const overlays = redrawOverlays({ ...state, open: false }, []);
  assert.deepEqual(
    REDRAW_SOURCES.map((name) => overlays[name].features.length),
    REDRAW_SOURCES.map(() => 0),
  );
});

test("changed and new grids stand out, and the old border of what changed stays in sight", () => {
  const overlays = redrawOverlays(state, []);
  assert.deepEqual(
    overlays["redraw-grids"].features
      .filter(({ properties }) => properties?.changed)
      .map(({ properties }) => properties?.code),
    ["A", "C"],
  );
  assert.deepEqual(
    overlays["redraw-old"].features.map(({ properties }) => properties?.code),
    ["A"],
  );
});

test("the place of a refusal and those of warnings are marked", () => {
  /** @type {GeoJSON.Point} */
  const place = { type: "Point", coordinates: [0, 0] };
  const { "redraw-marks": marks } = redrawOverlays(
    {
      ...state,
      trouble: { code: "SLIVER", message: "", geometry: place, retry: false },
      warnings: [{ code: "CUTS_BUILDING", detail: "", geometry: place }],
    },
    [],
  );
  assert.deepEqual(
    marks.features.map(({ properties }) => properties?.mark),
    ["warning", "trouble"],
  );
});

test("a corner that is dragged is drawn where the hand is", () => {
  const overlays = redrawOverlays({ ...state, dragged: [/** @type {any} */ (row("B", 9))] }, ["B"]);
  assert.ok(
    overlays["redraw-corners"].features.some(
      ({ geometry }) => /** @type {GeoJSON.Point} */ (geometry).coordinates[0] === 9,
    ),
  );
});

test("the tiles do not name what the draft names", () => {
  assert.deepEqual(renamed(state), ["A"]);
});

test("what the hand has drawn survives another style", () => {
  /** @type {import("maplibre-gl").StyleSpecification} */
  const before = {
    version: 8,
    sources: { "sketch-polygon": { type: "geojson", data: "" }, old: { type: "geojson", data: "" } },
    layers: [
      { id: "sketch-polygon", type: "fill", source: "sketch-polygon" },
      { id: "old", type: "fill", source: "old" },
    ],
  };
  const after = withSketch(before, { version: 8, sources: {}, layers: [{ id: "new", type: "background" }] });
  assert.deepEqual(
    [Object.keys(after.sources), after.layers.map(({ id }) => id)],
    [["sketch-polygon"], ["new", "sketch-polygon"]],
  );
});
