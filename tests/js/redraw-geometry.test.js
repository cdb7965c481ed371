import assert from "node:assert/strict";
import { test } from "node:test";

import {
  contains,
  corners,
  dragged,
  edgesOf,
  gridAt,
  mostlyIn,
  near,
  nearAmong,
} from "../../gisserver/static/map/redraw/geometry.js";

/**
 * Two grids side by side; their border runs up the middle and has a corner half way.
 *
 *     0,2 ----- 1,2 ----- 2,2
 *      |    A    |    B    |
 *      |        1,1        |
 *      |         |         |
 *     0,0 ----- 1,0 ----- 2,0
 */
const A = grid("A", [
  [0, 0],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 2],
  [0, 0],
]);
const B = grid("B", [
  [1, 0],
  [2, 0],
  [2, 2],
  [1, 2],
  [1, 1],
  [1, 0],
]);
const GRIDS = { A, B };
/** A hundred pixels to a degree. @param {[number, number]} at */
const project = ([x, y]) => ({ x: 100 * x, y: -100 * y });

/**
 * @param {string} code
 * @param {number[][]} ring
 * @returns {import("../../gisserver/static/map/redraw/types.js").Grid}
 */
function grid(code, ring) {
  return { code, name: code, kind: "base", geometry: { type: "Polygon", coordinates: [ring] } };
}

test("a place is in the grid around it, and in none outside", () => {
  assert.deepEqual(
    [gridAt(GRIDS, [0.5, 0.5])?.code, gridAt(GRIDS, [1.5, 0.5])?.code, gridAt(GRIDS, [3, 0.5])],
    ["A", "B", null],
  );
});

test("a hole is not inside", () => {
  const ring = {
    type: "MultiPolygon",
    coordinates: [
      [
        [
          [0, 0],
          [3, 0],
          [3, 3],
          [0, 3],
          [0, 0],
        ],
        [
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 2],
          [1, 1],
        ],
      ],
    ],
  };
  assert.deepEqual([contains(ring, [0.5, 0.5]), contains(ring, [1.5, 1.5])], [true, false]);
});

test("a corner within reach is meant before an edge", () => {
  assert.deepEqual(near(GRIDS, [1.03, 1.04], project, 12), { kind: "corner", at: [1, 1], edge: null });
});

test("away from corners the nearest place on an edge is meant, with the edge", () => {
  const found = near(GRIDS, [1.05, 0.5], project, 12);
  assert.deepEqual([found?.kind, found?.at, found?.edge?.flat().sort()], ["edge", [1, 0.5], [0, 1, 1, 1]]);
});

test("beyond reach nothing is meant", () => {
  assert.equal(near(GRIDS, [0.5, 0.5], project, 12), null);
});

test("who wants an edge gets one beside a corner too", () => {
  assert.equal(near(GRIDS, [1.01, 1.04], project, 12, "edge")?.kind, "edge");
});

test("who wants a corner gets none on the way", () => {
  assert.equal(near(GRIDS, [1, 0.5], project, 12, "corner"), null);
});

test("all grids at a corner follow it", () => {
  const after = dragged(GRIDS, [1, 1], [1.2, 1]);
  assert.deepEqual(
    after.map(({ code }) => code),
    ["A", "B"],
  );
  assert.deepEqual(
    after.map(
      ({ geometry }) =>
        /** @type {any} */ (geometry).coordinates[0].filter((/** @type {number[]} */ [x]) => x === 1.2).length,
    ),
    [1, 1],
  );
});

test("a ring stays closed when its first corner is moved", () => {
  const [after] = dragged({ A }, [0, 0], [-1, 0]);
  const [ring] = /** @type {GeoJSON.Polygon} */ (after.geometry).coordinates;
  assert.deepEqual(
    [ring[0], ring.at(-1)],
    [
      [-1, 0],
      [-1, 0],
    ],
  );
});

test("what is dragged is drawn anew, not changed in place", () => {
  dragged(GRIDS, [1, 1], [5, 5]);
  assert.equal(gridAt(GRIDS, [0.9, 1])?.code, "A");
});

test("a line cuts the grid that holds most of it", () => {
  assert.equal(
    mostlyIn(GRIDS, [
      [0.9, 1],
      [2, 1],
    ]),
    "B",
  );
});

test("a line outside all grids cuts none", () => {
  assert.equal(
    mostlyIn(GRIDS, [
      [5, 5],
      [6, 6],
    ]),
    null,
  );
});

test("a shared corner is shown once", () => {
  assert.equal(corners([A, B]).length, 7);
});

test("a road's corner is followed in the digits that the doors know", () => {
  const road = edgesOf({
    type: "LineString",
    coordinates: [
      [0.123456789012345, 0],
      [1, 0.5],
      [2, 0],
    ],
  });
  assert.deepEqual(road, [
    [
      [0.12345679, 0],
      [1, 0.5],
    ],
    [
      [1, 0.5],
      [2, 0],
    ],
  ]);
  assert.deepEqual(nearAmong(road, [0.13, 0.001], project, 5)?.at, [0.12345679, 0]);
});

test("the last end of a line is a corner too, and far from all edges nothing is meant", () => {
  const road = edgesOf({
    type: "LineString",
    coordinates: [
      [0, 0],
      [2, 0],
    ],
  });
  assert.deepEqual(nearAmong(road, [2.01, 0], project, 5)?.at, [2, 0]);
  assert.equal(nearAmong(road, [1, 1], project, 5), null);
});
