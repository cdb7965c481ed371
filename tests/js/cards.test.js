import assert from "node:assert/strict";
import { test } from "node:test";

import { cardOf, doorOf } from "../../gisserver/static/map/cards/cards.js";

const speech = /** @type {const} */ ({ t: (/** @type {string} */ key) => key, lang: "en", timeZone: "Asia/Shanghai" });
const MARCH = "2026-03-01T00:00:00Z";

test("what has a history is asked for at the moment that the map shows", () => {
  assert.equal(doorOf({ kind: "grids", id: 1, code: "A" }, MARCH), "/api/grids/A/?at=2026-03-01T00%3A00%3A00Z");
  assert.equal(
    doorOf({ kind: "place", id: null, at: [114, 22] }, MARCH),
    "/api/grids/at?lon=114&lat=22&at=2026-03-01T00%3A00%3A00Z",
  );
  assert.equal(doorOf({ kind: "grids", id: 1, code: "A" }), "/api/grids/A/");
});

test("an incident is asked for as it is now", () => {
  assert.equal(doorOf({ kind: "incidents", id: 5 }, MARCH), "/api/incidents/5/");
});

test("a grid tells its earlier boundaries, latest first, with who drew them and why", () => {
  const versions = [
    { valid: { from: "2021-01-01T00:00:00Z", until: MARCH }, name: "甲", area_m2: 500, redraw: null },
    {
      valid: { from: MARCH, until: null },
      name: "甲",
      area_m2: 300,
      redraw: { title: "划分", author: "chen", reason: "512 户" },
    },
  ];
  const { past } = cardOf({ kind: "grids", id: 1, code: "A" }, { code: "A", versions }, speech);
  assert.deepEqual(
    past?.map(({ at, title, more }) => [at, title, more]),
    [
      [MARCH, "划分", "chen · 512 户 · 甲 · 300 m²"],
      ["2021-01-01T00:00:00Z", "history.first", "甲 · 500 m²"],
    ],
  );
});

test("a border tells who drew it, how, and leads to the grids on its sides", () => {
  const record = {
    left: { code: "A", name: "甲" },
    right: { code: "B", name: "" },
    since: MARCH,
    frame: false,
    redraw: { title: "划分", author: "chen", reason: "512 户" },
    command: { number: 1, verb: "split", author: "wang" },
  };
  const card = cardOf({ kind: "edge", id: null, at: [114, 22] }, record, speech);
  assert.equal(card.title, "划分");
  assert.deepEqual(
    card.rows.filter(({ href }) => href).map(({ value, href }) => [value, href?.code]),
    [
      ["甲", "A"],
      ["B", "B"],
    ],
  );
  assert.ok(card.rows.some(({ label, value }) => label === "edge.author" && value === "wang"));
});

test("a border that nobody has redrawn came with the first import", () => {
  const record = {
    left: { code: "A", name: "甲" },
    right: null,
    since: MARCH,
    frame: true,
    redraw: null,
    command: null,
  };
  const card = cardOf({ kind: "edge", id: null, at: [114, 22] }, record, speech);
  assert.deepEqual([card.title, card.note], ["history.first", "edge.frame"]);
});

test("a grid names who serves it, and as what where that is not the main officer", () => {
  const officers = [
    { name: "陈静", role: "main" },
    { name: "林涛", role: "deputy" },
  ];
  const { rows } = cardOf({ kind: "grids", id: 1, code: "A" }, { code: "A", officer: "陈静", officers }, speech);
  assert.equal(rows.find(({ label }) => label === "field.officer")?.value, "陈静list.andofficer.as");
});
