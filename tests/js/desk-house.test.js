import assert from "node:assert/strict";
import { test } from "node:test";

import { FORMS } from "../../gisserver/static/map/desk/events/forms.js";
import { linesOf, revertDoor } from "../../gisserver/static/map/desk/events/telling.js";
import { gridOf, labelOfUnit, neighbour, tally } from "../../gisserver/static/map/desk/house/table.js";

/** @param {number} id @param {number|null} floor @param {number|null} entrance @param {object} [more] @returns {any} */
const unit = (id, floor, entrance, more = {}) => ({
  id,
  floor,
  entrance,
  number: String(id),
  kind: "residential",
  code: null,
  occupancy: "vacant",
  households: 0,
  residents: 0,
  registered: 0,
  ...more,
});
const ENTRANCES = [
  { id: 1, name: "1单元" },
  { id: 2, name: "2单元" },
];
const TABLE = {
  entrances: ENTRANCES,
  floors: [2, 1],
  units: [unit(101, 1, 1), unit(102, 1, 2), unit(201, 2, 1), unit(202, 2, 1), unit(203, 2, 2)],
};
const t = (/** @type {string} */ key, values = {}) => [key, ...Object.values(values)].join(" ");

test("entrances go across and floors down; units without an entrance have a column of their own", () => {
  const { columns, rows } = gridOf({ ...TABLE, units: [...TABLE.units, unit(9, 1, null)] });
  assert.deepEqual(
    columns.map(({ id }) => id),
    [1, 2, null],
  );
  assert.deepEqual(
    rows.map(({ cells }) => cells.map((units) => units.map(({ id }) => id))),
    [
      [[201, 202], [203], []],
      [[101], [102], [9]],
    ],
  );
});

test("arrows lead to the unit beside, above and below, and stop at the rim", () => {
  const grid = gridOf(TABLE);
  assert.deepEqual(
    ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"].map((key) => neighbour(grid, 102, key)),
    [102, 202, 101, 102],
  );
  assert.equal(neighbour(grid, 201, "End"), 203);
});

test("units are counted by who lives in them", () => {
  const units = [unit(1, 1, 1), unit(2, 1, 1, { occupancy: "mixed", households: 2, residents: 5 })];
  const { states, households, residents } = tally(units);
  assert.deepEqual(
    states.filter(({ units }) => units > 0),
    [
      { occupancy: "mixed", units: 1 },
      { occupancy: "vacant", units: 1 },
    ],
  );
  assert.deepEqual([households, residents], [2, 5]);
});

test("a unit is called by its entrance and number", () => {
  assert.deepEqual(
    [labelOfUnit(unit(101, 1, 2), ENTRANCES), labelOfUnit(unit(9, 1, null), ENTRANCES)],
    ["2单元 101", "9"],
  );
});

/** @param {"unit"|"household"|"building"} of @param {string} name @param {object} subject @param {object} values */
const order = (of, name, subject, values) =>
  FORMS[of]
    .find((form) => form.name === name)
    ?.order(/** @type {any} */ ({ building: 5, entrances: ENTRANCES, units: [], ...subject }), values);

test("a divided unit's rooms have its floor, its entrance, and addresses as its own", () => {
  const divided = unit(101, 1, 2, { code: "c", address: "人民路1号2单元101" });
  assert.deepEqual(order("unit", "divide", { unit: divided }, { rooms: ["101A", "101B"] })?.body.parts, [
    { number: "101A", address: "人民路1号2单元101A", issue_code: true, floor: 1, entrance: "2单元", rest: true },
    { number: "101B", address: "人民路1号2单元101B", issue_code: true, floor: 1, entrance: "2单元" },
  ]);
});

test("of a household only what has changed is sent, so that a masked name stays", () => {
  const household = { id: 3, head_name: "王**", masked: true, residents: 2, registered: false };
  const values = { head_name: "", phone: "", residents: 3, registered: false };
  assert.deepEqual(order("household", "change", { household }, values), {
    method: "patch",
    path: "/api/households/3/",
    body: { residents: 3 },
  });
});

test("what was known and is emptied is unsaid; a masked name, which was never shown, stays", () => {
  const household = {
    id: 3,
    head_name: "王某",
    phone: "1",
    residents: 2,
    children: 1,
    elderly: null,
    source_ref: "H-1",
  };
  const values = { head_name: "", phone: "1", residents: 2, children: "", elderly: "", source_ref: "" };
  assert.deepEqual(order("household", "change", { household }, values)?.body, {
    head_name: "",
    children: null,
    source_ref: "",
  });
  assert.deepEqual(order("household", "change", { household: { ...household, masked: true } }, values)?.body, {
    children: null,
    source_ref: "",
  });
});

test("an event is taken back at the household or at the building, an import where imports are listed", () => {
  const event = { id: 8, kind: "move", reverted_by: null, effects: [{ target: "household", id: 3 }] };
  const at = (/** @type {object} */ more) => revertDoor(/** @type {any} */ ({ ...event, ...more }), 5);
  assert.equal(at({}), "/api/households/3/revert/");
  assert.equal(at({ effects: [{ target: "unit", id: 1 }, ...event.effects] }), "/api/buildings/5/revert/");
  assert.deepEqual([at({ reverted_by: 9 }), at({ kind: "revert" }), at({ kind: "import" })], [null, null, null]);
});

test("an effect is told with what changed, and without ids of places", () => {
  const effects = [
    {
      target: "unit",
      id: 1,
      text: "301",
      role: "changed",
      before: { number: "301" },
      after: { number: "302", entrance_id: 4 },
    },
  ];
  const [line] = linesOf(t, { effects, effects_total: 3 });
  assert.match(line, /301/);
  assert.match(line, /301 → 302/);
  assert.doesNotMatch(line, /entrance/);
  assert.equal(linesOf(t, { effects, effects_total: 3 }).length, 2);
});
