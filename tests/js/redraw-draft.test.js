import assert from "node:assert/strict";
import { test } from "node:test";

import { differences, draftOf, keptOf, nameOf, withChanged } from "../../gisserver/static/map/redraw/draft.js";

/**
 * @param {string} code
 * @param {number} width
 * @returns {import("../../gisserver/static/map/redraw/types.js").ChangedGrid}
 */
const row = (code, width, name = code) => ({
  code,
  name,
  kind: "base",
  community_name: "六联社区",
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
/** @param {string} code */
const gone = (code) => ({ code, name: null, kind: null, geometry: null });
const START = draftOf([row("A", 2), row("B", 1)], []);

test("a draft without commands is what is current", () => {
  assert.deepEqual(differences(START), { added: [], changed: [], removed: [] });
});

test("a draft that is opened again has its changes", () => {
  assert.deepEqual(differences(draftOf([row("A", 2)], [row("A", 1), row("C", 1)])), {
    added: ["C"],
    changed: ["A"],
    removed: [],
  });
});

test("a split changes one grid and adds another; a merge takes one away", () => {
  const split = withChanged(START, [row("A", 1), row("C", 1)]);
  assert.deepEqual(differences(split), { added: ["C"], changed: ["A"], removed: [] });
  assert.deepEqual(differences(withChanged(START, [row("A", 3), gone("B")])), {
    added: [],
    changed: ["A"],
    removed: ["B"],
  });
});

test("an undo that brings everything back leaves no difference", () => {
  const split = withChanged(START, [row("A", 1), row("C", 1)]);
  assert.deepEqual(differences(withChanged(split, [row("A", 2), gone("C")])), { added: [], changed: [], removed: [] });
});

test("another name is a change too", () => {
  assert.deepEqual(differences(withChanged(START, [row("A", 2, "云昌网格")])).changed, ["A"]);
});

test("a grid is called by its name without the community's, else by the end of its code", () => {
  assert.equal(nameOf({ code: "440310001001005", name: "六联社区第5网格" }, START.places), "第5网格");
  assert.equal(nameOf({ code: "440310001001011", name: "" }, START.places), "…011");
});

test("of merged grids the chosen code is kept, else the lowest", () => {
  assert.equal(keptOf({ picks: ["B", "A"], keep: null }), "A");
  assert.equal(keptOf({ picks: ["B", "A"], keep: "B" }), "B");
  assert.equal(keptOf({ picks: ["B", "C"], keep: "A" }), "B");
});
