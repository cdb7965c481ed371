import assert from "node:assert/strict";
import { test } from "node:test";

import { carriedAt, cutOff, offOrdinary, ordinary, sumIn, tally } from "../../gisserver/static/map/redraw/counting.js";
import { shiftsOf } from "../../gisserver/static/map/redraw/shifts.js";

/** @typedef {[number, number]} LonLat */
/** Two squares side by side: A on the left, B on the right. */
const GRIDS = { A: square("A", 0), B: square("B", 2) };
/** @param {string} code @param {number} x */
function square(code, x) {
  /** @type {LonLat[]} */
  const ring = [
    [x, 0],
    [x + 2, 0],
    [x + 2, 2],
    [x, 2],
    [x, 0],
  ];
  return {
    code,
    name: code,
    kind: "base",
    geometry: /** @type {GeoJSON.Polygon} */ ({ type: "Polygon", coordinates: [ring] }),
  };
}
/** @param {LonLat} at @param {number} households */
const house = (at, households) => ({ at, counts: { buildings: 1, households } });
const THINGS = [house([0.5, 0.5], 10), house([0.5, 1.5], 30), house([1.8, 1.5], 5), house([3, 1], 100)];
/** @param {object} patch @returns {import("../../gisserver/static/map/redraw/types.js").RedrawState} */
const state = (patch) =>
  /** @type {any} */ ({
    draft: { base: GRIDS, now: GRIDS, places: [] },
    assets: { frame: GRIDS.A.geometry, things: THINGS },
    measure: "households",
    tool: null,
    picks: [],
    keep: null,
    hand: null,
    dragged: [],
    buildings: [],
    byBuildings: false,
    ...patch,
  });
/** @param {LonLat[]} coordinates */
const line = (...coordinates) => ({ type: "LineString", coordinates });

test("each grid carries what stands in it", () => {
  assert.deepEqual(tally(GRIDS, THINGS, "households"), { A: 45, B: 100 });
  assert.equal(sumIn(GRIDS.A.geometry, THINGS, "buildings"), 3);
  assert.equal(sumIn(GRIDS.A.geometry, THINGS, "residents"), 0);
});

/** Grids a hundred metres wide and so many hundred metres long. @param {Record<string, number>} lengths */
const streets = (lengths) =>
  Object.fromEntries(
    Object.entries(lengths).map(([code, n]) => {
      const ring = /** @type {LonLat[]} */ ([
        [0, 0],
        [0.001 * n, 0],
        [0.001 * n, 0.001],
        [0, 0.001],
        [0, 0],
      ]);
      return [
        code,
        {
          code,
          name: code,
          kind: code === "school" ? "special" : "base",
          geometry: /** @type {GeoJSON.Polygon} */ ({ type: "Polygon", coordinates: [ring] }),
        },
      ];
    }),
  );

test("wide hills and special grids are no measure for what is ordinary, and are not called too small", () => {
  const usually = ordinary(
    { a: 100, b: 200, c: 300, hill: 1, school: 3 },
    streets({ a: 1, b: 1, c: 2, hill: 4, school: 1 }),
  );
  assert.equal(usually.mean, 200);
  assert.deepEqual(
    [offOrdinary("c", 300, usually), offOrdinary("hill", 1, usually), offOrdinary("school", 3, usually)],
    [0.5, undefined, undefined],
  );
});

test("an empty block of the town counts", () => {
  const usually = ordinary({ a: 100, b: 200, block: 0 }, streets({ a: 1, b: 1, block: 2 }));
  assert.equal(usually.mean, 100);
  assert.equal(offOrdinary("block", 0, usually), -1);
});

test("where nobody lives nothing is off", () => {
  const usually = ordinary({ a: 0 }, streets({ a: 1 }));
  assert.deepEqual([usually.mean, offOrdinary("a", 0, usually)], [0, undefined]);
});

test("a line from border to border tells both sides of a split", () => {
  const shifts = shiftsOf(state({ tool: "split", hand: line([0, 0.9], [2, 0.9]) }));
  assert.deepEqual(shifts, [
    { code: "A", before: 45, after: 35 },
    { code: "", before: 0, after: 10 },
  ]);
});

test("a line that ends inside tells nothing yet", () => {
  assert.deepEqual(shiftsOf(state({ tool: "split", hand: line([0, 0.9], [1, 0.9]) })), []);
});

test("what a reshape cuts off goes to the grid beside it", () => {
  const shifts = shiftsOf(state({ tool: "reshape", hand: line([2, 0], [1.5, 0.5], [1.5, 1.5], [2, 2]) }));
  assert.deepEqual(shifts[0], { code: "A", before: 45, after: 40 });
});

test("the smaller piece is cut off, whichever way the line runs", () => {
  const forth = cutOff(GRIDS.A, [
    [0, 0.5],
    [2, 0.5],
  ]);
  const back = cutOff(GRIDS.A, [
    [2, 0.5],
    [0, 0.5],
  ]);
  assert.equal(sumIn(forth, [house([1, 0.2], 1), house([1, 0.8], 1)], "households"), 1);
  assert.equal(sumIn(back, [house([1, 0.2], 1), house([1, 0.8], 1)], "households"), 1);
});

test("an area takes from one grid and gives to another", () => {
  const hand = {
    type: "Polygon",
    coordinates: [
      [
        [0, 1],
        [1, 1],
        [1, 2],
        [0, 2],
        [0, 1],
      ],
    ],
  };
  assert.deepEqual(shiftsOf(state({ tool: "transfer", picks: ["A", "B"], hand })), [
    { code: "A", before: 45, after: 15 },
    { code: "B", before: 100, after: 130 },
  ]);
});

test("chosen buildings take their households along", () => {
  const shifts = shiftsOf(
    state({ tool: "transfer", picks: ["A", "B"], byBuildings: true, buildings: [{ id: 1, at: [1.8, 1.5] }] }),
  );
  assert.deepEqual(
    shifts.map(({ after }) => after),
    [40, 105],
  );
});

test("the code that is kept carries all that is merged", () => {
  assert.deepEqual(shiftsOf(state({ tool: "merge", picks: ["B", "A"] })), [{ code: "A", before: 45, after: 145 }]);
});

test("grids at a dragged corner are counted as they would be", () => {
  const wider = {
    ...GRIDS.A,
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [4, 0],
          [4, 2],
          [0, 2],
          [0, 0],
        ],
      ],
    },
  };
  assert.deepEqual(shiftsOf(state({ tool: "move_node", dragged: [wider] })), [{ code: "A", before: 45, after: 145 }]);
});

test("nothing is counted before the assets are known", () => {
  assert.deepEqual(shiftsOf(state({ assets: null, tool: "split", hand: line([0, 0.9], [2, 0.9]) })), []);
  assert.equal(carriedAt(state({ assets: null }), [0.5, 0.5])?.n, null);
  assert.equal(carriedAt(state({}), [0.5, 0.5])?.n, 45);
});
