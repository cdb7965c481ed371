import assert from "node:assert/strict";
import { test } from "node:test";

import { logOf, stepsOf } from "../../gisserver/static/map/redraw/log.js";
import { localOf, momentOf } from "../../gisserver/static/map/redraw/moments.js";
import { columnsOf, deltaOf, movedOf } from "../../gisserver/static/map/redraw/preview.js";
import { bodyOf, createWords, recorded } from "../../gisserver/static/map/redraw/words.js";
import { changesOf, neighbours, spanOf } from "../../gisserver/static/map/redraw/timeline.js";

/** @param {Record<string, any>} after */
const gridOf = (after) => ({ code: "A", name: "", kind: "base", change: "changed", before: {}, after, geometry: null });

test("households come first, shape last, and what the server counts besides in between", () => {
  const grids = [
    gridOf({ area_m2: 1, buildings: 2, households: 3, shops: 4, compactness: 0.5, parts: 1, contiguous: true }),
  ];
  assert.deepEqual(columnsOf({ grids, moved: {}, warnings: [] }), [
    "households",
    "buildings",
    "shops",
    "area_m2",
    "compactness",
  ]);
});

test("parts are shown where a grid has come apart", () => {
  assert.deepEqual(columnsOf({ grids: [gridOf({ parts: 2 })], moved: {}, warnings: [] }), ["parts"]);
});

test("what moves is listed in the order of the table", () => {
  assert.deepEqual(movedOf({ grids: [], moved: { buildings: 1, shops: 4, households: 2 }, warnings: [] }), [
    ["households", 2],
    ["buildings", 1],
    ["shops", 4],
  ]);
});

test("a count that was not there before counts whole", () => {
  assert.deepEqual([deltaOf(null, 5), deltaOf(5, undefined), deltaOf(2, 5)], [5, -5, 3]);
});

test("the log tells commands and steps together, latest first", () => {
  const command = {
    number: 1,
    verb: "split",
    arguments: {},
    author: "chen",
    created_at: "2026-01-01T10:00:00Z",
    undone_at: "2026-01-01T11:00:00Z",
  };
  const events = [
    {
      id: 1,
      action: "created",
      author: "chen",
      at: "2026-01-01T09:00:00Z",
      comment: "",
      command: null,
      corrects: null,
    },
    { id: 2, action: "undone", author: "chen", at: "2026-01-01T11:00:00Z", comment: "", command: 1, corrects: null },
  ];
  assert.deepEqual(
    logOf(events, [command]).map(({ action, command: about }) => [action, about?.verb]),
    [
      ["undone", "split"],
      ["command", "split"],
      ["created", undefined],
    ],
  );
});

test("a correction names its line, and the line says that it was corrected", () => {
  const rejected = {
    id: 3,
    action: "rejected",
    author: "zhao",
    at: "2026-01-01T09:00:00Z",
    comment: "不符",
    command: null,
    corrects: null,
  };
  const correction = {
    id: 5,
    action: "corrected",
    author: "zhao",
    at: "2026-01-02T09:00:00Z",
    comment: "另一方案",
    command: null,
    corrects: 3,
  };
  assert.deepEqual(
    logOf([rejected, correction], []).map(({ id, corrects, corrected }) => [id, corrects?.id, corrected]),
    [
      [5, 3, false],
      [3, undefined, true],
    ],
  );
});

test("what is written on one redraw is not on another, and an empty sheet follows each step", () => {
  const words = createWords();
  words.write(7, { text: "界线不符" });
  assert.deepEqual([words.of(7).text, words.of(8).text], ["界线不符", ""]);
  words.clear(7);
  assert.equal(words.of(7).text, "");
});

test("a publish records a moment and no words, a reversal its reason, the others a comment", () => {
  const words = { text: " 请审核 ", when: "2026-12-01T00:00" };
  const moment = (/** @type {string} */ local) => `${local}Z`;
  assert.deepEqual(
    ["publish", "reverse", "submit"].map((step) => bodyOf(step, words, moment)),
    [{ effective_at: "2026-12-01T00:00Z" }, { reason: "请审核" }, { comment: "请审核" }],
  );
  assert.deepEqual(
    ["publish", "approve"].map((step) => recorded(step, words)),
    [null, "请审核"],
  );
});

test("the natural step is offered first, giving up last", () => {
  assert.deepEqual(stepsOf(["withdraw", "draw", "reject", "approve"]), ["approve", "reject", "withdraw"]);
});

test("a date field is meant in the city's time, wherever the reader sits", () => {
  assert.equal(momentOf("2026-12-01T00:00", "Asia/Shanghai"), "2026-11-30T16:00:00Z");
  assert.equal(momentOf("2026-07-01T00:00", "America/New_York"), "2026-07-01T04:00:00Z");
  assert.equal(momentOf("", "Asia/Shanghai"), null);
});

test("a moment comes back as it was put in, on both sides of a change of the clocks", () => {
  for (const local of ["2026-03-08T01:30", "2026-03-08T03:30", "2026-11-01T12:00"]) {
    assert.equal(
      localOf(Date.parse(/** @type {string} */ (momentOf(local, "America/New_York"))), "America/New_York"),
      local,
    );
  }
});

test("what took effect within a millisecond is seen at the next", () => {
  const rows = [
    { status: "published", effective_at: "2026-01-02T00:00:00.000600Z" },
    { status: "published", effective_at: "2026-01-01T00:00:00Z" },
    { status: "published", effective_at: null },
  ];
  assert.deepEqual(changesOf(rows), [Date.UTC(2026, 0, 1) + 1, Date.UTC(2026, 0, 2) + 1]);
});

test("the changes before and after a moment are next to it", () => {
  assert.deepEqual(neighbours([10, 20, 30], 20), { before: 10, after: 30 });
  assert.deepEqual(neighbours([], 20), { before: null, after: null });
});

test("the slider reaches beyond all changes, past and to come", () => {
  const now = Date.UTC(2026, 5, 1);
  const [low, high] = spanOf([Date.UTC(2021, 0, 1), Date.UTC(2027, 0, 1)], now);
  assert.ok(low < Date.UTC(2021, 0, 1) && high > Date.UTC(2027, 0, 1));
});
