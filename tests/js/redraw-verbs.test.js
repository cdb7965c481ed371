import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { meaningOf } from "../../gisserver/static/map/modes/keys.js";
import { chosenOf, picked } from "../../gisserver/static/map/redraw/picks.js";
import { hintOf, verbNamed, verbOfKey, VERBS } from "../../gisserver/static/map/redraw/verbs/all.js";

/** @type {import("../../gisserver/static/map/redraw/types.js").Grid} */
const A = {
  code: "A",
  name: "",
  kind: "base",
  geometry: {
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
    ],
  },
};
/** @type {GeoJSON.LineString} */
const LINE = {
  type: "LineString",
  coordinates: [
    [0, 1],
    [2, 1],
  ],
};
/** @type {GeoJSON.Polygon} */
const AREA = {
  type: "Polygon",
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
};
/** @type {Record<string, string>[]} */
const CATALOGUES = ["zh", "en"].map((lang) =>
  JSON.parse(readFileSync(new URL(`../../gisserver/static/map/i18n/${lang}.json`, import.meta.url), "utf8")),
);
/** What a verb looks at. @param {Partial<import("../../gisserver/static/map/redraw/verbs/verb.js").State>} more */
const state = (more = {}) => ({
  picks: [],
  byBuildings: false,
  buildings: [],
  keep: null,
  draft: { base: {}, now: { A }, places: [] },
  ...more,
});
/** @param {string} name */
const verb = (name) => /** @type {import("../../gisserver/static/map/redraw/verbs/verb.js").Verb} */ (verbNamed(name));

test("every verb has a key of its own", () => {
  assert.equal(new Set(VERBS.map(({ shortcut }) => shortcut)).size, VERBS.length);
  assert.deepEqual([verbOfKey("S"), verbOfKey("q")], ["split", null]);
});

test("every verb has its words, and every hint and reason its sentence", () => {
  const picks = [[], ["A"], ["A", "B"]];
  const hints = VERBS.flatMap((one) =>
    picks.flatMap((own) => [true, false].map((byBuildings) => one.hint(state({ picks: own, byBuildings })))),
  );
  const reasons = VERBS.flatMap((one) => one.disabled(state()) ?? []);
  const keys = [...VERBS.flatMap(({ name }) => [`redraw.tool.${name}`, `redraw.about.${name}`]), ...hints, ...reasons];
  assert.deepEqual(
    CATALOGUES.flatMap((catalogue) => keys.filter((key) => !(key in catalogue))),
    [],
  );
});

test("verbs are offered to who may draw", () => {
  const redraw = (/** @type {string[]} */ may) =>
    /** @type {import("../../gisserver/static/map/redraw/types.js").Redraw} */ (/** @type {unknown} */ ({ may }));
  assert.deepEqual(
    [redraw(["draw"]), redraw([]), null].map((one) => VERBS.filter(({ available }) => available(one)).length),
    [VERBS.length, 0, 0],
  );
});

test("what takes two grids has nothing to do in a draft of one", () => {
  const two = state({ draft: { base: {}, now: { A, B: A }, places: [] } });
  assert.deepEqual(
    VERBS.filter(({ disabled }) => disabled(state())).map(({ name }) => name),
    ["reshape", "merge", "transfer"],
  );
  assert.deepEqual(
    VERBS.filter(({ disabled }) => disabled(two)),
    [],
  );
});

test("what is drawn and not taken is to be mended", () => {
  assert.deepEqual(
    ["split", null].map((tool) => hintOf({ ...state(), tool, drawn: true })),
    ["redraw.hint.mend", "redraw.hint.none"],
  );
});

test("a split names the grid that the line cuts", () => {
  assert.deepEqual(verb("split").ofDrawing?.(LINE, state()), { verb: "split", grid: "A", line: LINE });
});

test("a line beside all grids makes no command", () => {
  const beside = /** @type {GeoJSON.LineString} */ ({
    type: "LineString",
    coordinates: [
      [5, 5],
      [6, 6],
    ],
  });
  assert.equal(verb("split").ofDrawing?.(beside, state()), null);
});

test("a transfer goes from the grid picked first to the second", () => {
  assert.deepEqual(verb("transfer").ofDrawing?.(AREA, state({ picks: ["A", "B"] })), {
    verb: "transfer",
    from: "A",
    to: "B",
    area: AREA,
  });
});

test("a transfer by buildings draws boxes, and needs a building", () => {
  const chosen = state({ picks: ["A", "B"], byBuildings: true, buildings: [{ id: 7, at: [0, 0] }] });
  assert.equal(verb("transfer").shape(chosen), "rectangle");
  assert.deepEqual(verb("transfer").ofPicks(chosen), { verb: "transfer", from: "A", to: "B", buildings: [7] });
  assert.equal(verb("transfer").ofPicks({ ...chosen, buildings: [] }), null);
});

test("a merge needs two grids, and keeps the lowest code unless another is chosen", () => {
  assert.equal(verb("merge").ofPicks(state({ picks: ["B"] })), null);
  assert.deepEqual(verb("merge").ofPicks(state({ picks: ["B", "A"] })), {
    verb: "merge",
    grids: ["B", "A"],
    keep: "A",
  });
  assert.equal(verb("merge").ofPicks(state({ picks: ["B", "A"], keep: "B" }))?.keep, "B");
});

test("a corner is moved from where it was to where it was let go", () => {
  assert.deepEqual(verb("move_node").ofDrag?.([0, 0], [1, 1]), {
    verb: "move_node",
    node: { type: "Point", coordinates: [0, 0] },
    to: { type: "Point", coordinates: [1, 1] },
  });
});

test("a new corner says on which edge it lies; one to delete only where", () => {
  const place = {
    kind: /** @type {const} */ ("edge"),
    at: /** @type {[number, number]} */ ([1, 0]),
    edge: /** @type {[[number, number], [number, number]]} */ ([
      [0, 0],
      [2, 0],
    ]),
  };
  assert.deepEqual(verb("insert_node").ofPlace?.(place).edge, {
    type: "LineString",
    coordinates: [
      [0, 0],
      [2, 0],
    ],
  });
  assert.deepEqual(verb("remove_node").ofPlace?.({ ...place, kind: "corner", edge: null }), {
    verb: "remove_node",
    node: { type: "Point", coordinates: [1, 0] },
  });
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
  const key = (/** @type {string} */ name, more = {}) =>
    meaningOf({ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
  assert.deepEqual(key("s"), { tool: "split" });
  assert.deepEqual(key("z", { ctrlKey: true }), { act: "undo" });
  assert.deepEqual(key("Z", { ctrlKey: true, shiftKey: true }), { act: "redo" });
  assert.deepEqual(
    [key("Enter"), key("Escape"), key("Backspace")],
    [{ act: "finish" }, { act: "cancel" }, { act: "back" }],
  );
});

test("the browser's own shortcuts are left to it", () => {
  const key = (/** @type {object} */ more) =>
    meaningOf({ key: "s", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
  assert.deepEqual([key({ ctrlKey: true }), key({ altKey: true })], [null, null]);
});
