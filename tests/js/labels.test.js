import assert from "node:assert/strict";
import { test } from "node:test";

import { labelPoints, ringCenter, roomiest, shortened } from "../../gisserver/static/map/map/labels.js";

/** @param {number} west @param {number} east @returns {GeoJSON.Polygon} a strip from south 0 to north 1 */
const strip = (west, east) => ({
  type: "Polygon",
  coordinates: [
    [
      [west, 0],
      [east, 0],
      [east, 1],
      [west, 1],
      [west, 0],
    ],
  ],
});

test("the centre of a ring does not depend on the sense in which it runs", () => {
  const ring = strip(2, 4).coordinates[0];
  assert.deepEqual(ringCenter(ring).center, ringCenter([...ring].reverse()).center);
  assert.deepEqual(ringCenter(ring).center, [3, 0.5]);
});

test("a polygon cut in pieces is named once, on the largest", () => {
  const points = labelPoints([
    { id: 7, properties: { name: "A" }, geometry: strip(0, 1) },
    { id: 7, properties: { name: "A" }, geometry: strip(1, 5) },
  ]);
  assert.deepEqual(
    points.map(({ id, geometry }) => [id, geometry.coordinates]),
    [[7, [3, 0.5]]],
  );
});

test("a multipolygon is named on its largest part", () => {
  const parts = [strip(0, 1), strip(10, 13)].map((part) => part.coordinates);
  const [point] = labelPoints([{ id: 1, properties: {}, geometry: { type: "MultiPolygon", coordinates: parts } }]);
  assert.deepEqual(point.geometry.coordinates, [11.5, 0.5]);
});

test("labels come in order of id, whatever the order of the pieces", () => {
  const piece = (/** @type {number} */ id) => ({ id, properties: {}, geometry: strip(id, id + 1) });
  assert.deepEqual(
    labelPoints([piece(3), piece(1), piece(2)]).map(({ id }) => id),
    [1, 2, 3],
  );
});

test("points, and counts in place of polygons, get no label", () => {
  assert.deepEqual(labelPoints([{ id: 1, properties: {}, geometry: { type: "Point", coordinates: [0, 0] } }]), []);
});

test("where there is room at the centroid the name stands there", () => {
  assert.deepEqual(roomiest(strip(0, 4).coordinates[0], [2, 0.5]), [2, 0.5]);
});

test("the name of a bent polygon stands inside it, in its wide part", () => {
  // ####
  // #...
  // #...
  const bent = [
    [0, 0],
    [1, 0],
    [1, 8],
    [8, 8],
    [8, 10],
    [0, 10],
    [0, 0],
  ];
  const [x, y] = roomiest(bent, ringCenter(bent).center);
  assert.ok((x > 0 && x < 1) || (y > 8 && y < 10 && x > 0 && x < 8), `${x}, ${y} lies outside`);
});

test("a grid's label leaves out the community that the map names already", () => {
  /** @type {GeoJSON.Point} */
  const place = { type: "Point", coordinates: [0, 0] };
  const community = { id: 1, properties: { code: "440310001004", name: "和平社区" }, geometry: strip(0, 1) };
  /** @param {object} properties @returns {GeoJSON.Feature<GeoJSON.Point>} */
  const grid = (properties) => ({
    type: "Feature",
    properties: { community: "440310001004", ...properties },
    geometry: place,
  });
  const labels = shortened(
    [
      grid({ name: "和平社区第6网格" }),
      grid({ name: "学校专属" }),
      grid({ code: "44031" }),
      grid({ name: "和平社区" }),
    ],
    [community],
  );
  assert.deepEqual(
    labels.map(({ properties }) => properties?.label),
    ["第6网格", "学校专属", "…031", "和平社区"],
  );
});
