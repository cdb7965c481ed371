import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { meaningOf } from "../../gisserver/static/map/modes/keys.js";
import { bodyOfDrawing, bodyOfMove, bodyOfPlace, chosenOf, hintOf, picked, toolOfKey, TOOLS } from "../../gisserver/static/map/redraw/tools.js";

/** @type {import("../../gisserver/static/map/redraw/types.js").Grids} */
const GRIDS = { A: { code: "A", name: "", kind: "base", geometry: { type: "Polygon", coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] } } };
/** @type {GeoJSON.LineString} */
const LINE = { type: "LineString", coordinates: [[0, 1], [2, 1]] };
/** @type {GeoJSON.Polygon} */
const AREA = { type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] };
const catalog = JSON.parse(readFileSync(new URL("../../gisserver/static/map/i18n/zh.json", import.meta.url), "utf8"));

test("every tool has a key of its own", () => {
  assert.equal(new Set(TOOLS.map(({ key }) => key)).size, TOOLS.length);
  assert.deepEqual([toolOfKey("S"), toolOfKey("q")], ["split", null]);
});

test("every tool has its words, and every hint its sentence", () => {
  const hints = TOOLS.flatMap(({ name }) => [[], ["A"], ["A", "B"]].map((picks) => hintOf({ tool: name, picks, drawn: false, byBuildings: false })));
  const keys = [...TOOLS.flatMap(({ name }) => [`redraw.tool.${name}`, `redraw.about.${name}`]), ...hints];
  assert.deepEqual(keys.filter((key) => !(key in catalog)), []);
});

test("a split names the grid that the line cuts", () => {
  assert.deepEqual(bodyOfDrawing("split", LINE, { grids: GRIDS, picks: [] }), { verb: "split", grid: "A", line: LINE });
});

test("a line beside all grids makes no command", () => {
  const beside = /** @type {GeoJSON.LineString} */ ({ type: "LineString", coordinates: [[5, 5], [6, 6]] });
  assert.equal(bodyOfDrawing("split", beside, { grids: GRIDS, picks: [] }), null);
});

test("a transfer goes from the grid picked first to the second", () => {
  assert.deepEqual(bodyOfDrawing("transfer", AREA, { grids: GRIDS, picks: ["A", "B"] }), { verb: "transfer", from: "A", to: "B", area: AREA });
});

test("a corner is moved from where it was to where it was let go", () => {
  assert.deepEqual(bodyOfMove([0, 0], [1, 1]), { verb: "move_node", node: { type: "Point", coordinates: [0, 0] }, to: { type: "Point", coordinates: [1, 1] } });
});

test("a new corner says on which edge it lies; one to delete only where", () => {
  const place = { kind: /** @type {const} */ ("edge"), at: /** @type {[number, number]} */ ([1, 0]), edge: /** @type {[[number, number], [number, number]]} */ ([[0, 0], [2, 0]]) };
  assert.deepEqual(bodyOfPlace("insert_node", place).edge, { type: "LineString", coordinates: [[0, 0], [2, 0]] });
  assert.deepEqual(bodyOfPlace("remove_node", { ...place, kind: "corner", edge: null }), { verb: "remove_node", node: { type: "Point", coordinates: [1, 0] } });
});

test("a second click lets a grid go; the newest picks stay where only so many are wanted", () => {
  assert.deepEqual(picked(["A", "B"], "A", Infinity), ["B"]);
  assert.deepEqual(picked(["A"], "B", 1), ["B"]);
  assert.deepEqual(picked(["A", "B"], "C", 2), ["B", "C"]);
});

test("boxes add buildings, a click lets one go again", () => {
  const house = (/** @type {number} */ id) => ({ id, at: /** @type {[number, number]} */ ([id, 0]) });
  const ids = (/** @type {{id: number}[]} */ houses) => houses.map(({ id }) => id);
  assert.deepEqual(ids(chosenOf([house(1)], [house(1), house(2)], false)), [1, 2]);
  assert.deepEqual(ids(chosenOf([house(1), house(2)], [house(1)], true)), [2]);
  assert.deepEqual(ids(chosenOf([house(2)], [house(1)], true)), [2, 1]);
});

test("keys mean tools, steps back and forth, the end and the giving up", () => {
  const key = (/** @type {string} */ name, more = {}) => meaningOf({ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
  assert.deepEqual(key("s"), { tool: "split" });
  assert.deepEqual(key("z", { ctrlKey: true }), { act: "undo" });
  assert.deepEqual(key("Z", { ctrlKey: true, shiftKey: true }), { act: "redo" });
  assert.deepEqual([key("Enter"), key("Escape"), key("Backspace")], [{ act: "finish" }, { act: "cancel" }, { act: "back" }]);
});

test("the browser's own shortcuts are left to it", () => {
  const key = (/** @type {object} */ more) => meaningOf({ key: "s", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
  assert.deepEqual([key({ ctrlKey: true }), key({ altKey: true })], [null, null]);
});
