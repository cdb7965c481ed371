import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../gisserver/static/map/api.js";
import { meaningOf } from "../../gisserver/static/map/desk/reviews/keys.js";
import {
  current,
  decided,
  EMPTY,
  extended,
  filled,
  moved,
  undone,
} from "../../gisserver/static/map/desk/reviews/queue.js";
import { createWork } from "../../gisserver/static/map/desk/reviews/work.js";

/** @param {number} id @param {object} [more] @returns {any} */
const row = (id, more = {}) => ({ id, text: `t${id}`, status: "open", candidates: [unit(id * 10)], alike: 0, ...more });
/** @param {number} id @returns {any} */
const unit = (id) => ({
  target: "unit",
  id,
  building: 1,
  label: `u${id}`,
  level: "unit",
  confidence: 0,
  lon: 1,
  lat: 2,
  reasons: [],
});
const t = (/** @type {string} */ key) => key;
/** @param {number[]} reviews */
const loads = (...reviews) => ({
  alias: null,
  loads: reviews.map((review) => ({ review, what: "household" })),
  left_open: [],
});

/**
 * A desk whose server answers by path; what was sent is kept.
 * @param {Record<string, (body: any) => any>} doors  by what a path ends with
 */
async function deskWith(doors) {
  /** @type {[string, any][]} */
  const sent = [];
  const answer = async (/** @type {string} */ path, /** @type {any} */ body) => {
    const door = Object.keys(doors).find((end) => path.split("?")[0].endsWith(end));
    if (body) sent.push([path, body]);
    return doors[door ?? ""](body);
  };
  const work = createWork({ api: /** @type {any} */ ({ get: answer, post: answer }), t, onChange: () => {} });
  await work.load("status=open");
  return { work, sent };
}

test("a digit chooses, a letter acts, and with Ctrl nothing is meant", () => {
  const press = (/** @type {string} */ key, news = {}) =>
    meaningOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...news });
  assert.deepEqual(press("3"), { act: "choose", candidate: 3 });
  assert.deepEqual([press("X"), press("u"), press("0")], [{ act: "dismiss" }, { act: "undo" }, null]);
  assert.equal(press("s", { ctrlKey: true }), null);
});

test("decided rows leave, and the next takes the place of the one that was shown", () => {
  const queue = moved(filled(EMPTY, [row(1), row(2), row(3), row(4)]), 1);
  const after = decided(queue, [2, 1]);
  assert.equal(current(after)?.id, 3);
  assert.deepEqual(
    after.rows.map(({ id }) => id),
    [3, 4],
  );
});

test("what is undone is shown again, with the rows that came along", () => {
  const queue = decided(filled(EMPTY, [row(1), row(2), row(3)]), [1, 3]);
  const after = undone(queue, [row(1), row(3)]);
  assert.equal(current(after)?.id, 1);
  assert.deepEqual([after.rows.length, after.steps.length], [3, 0]);
});

test("a further page brings no row twice", () => {
  assert.deepEqual(
    extended(filled(EMPTY, [row(1)]), [row(1), row(2)]).rows.map(({ id }) => id),
    [1, 2],
  );
});

test("a key decides the row that is shown; rows of the same text leave with it", async () => {
  const { work, sent } = await deskWith({
    "/reviews/": () => ({ next: null, results: [row(1), row(2), row(3)] }),
    "/summary/": () => ({ total: 3 }),
    "/decide/": ({ dry_run: dry }) => ({ does: dry ? loads(1) : loads(1, 3) }),
  });
  await work.choose(1);
  assert.deepEqual(
    work.get().queue.rows.map(({ id }) => id),
    [2],
  );
  assert.equal(work.get().summary.total, 1);
  assert.deepEqual(
    sent.filter(([, body]) => !body.dry_run),
    [["/api/reviews/1/decide/", { target: { type: "unit", id: 10 } }]],
  );
});

test("a question is asked once, and its answer sent with the same choice", async () => {
  const { work, sent } = await deskWith({
    "/reviews/": () => ({ next: null, results: [row(1)] }),
    "/summary/": () => ({ total: 1 }),
    "/decide/": (body) => {
      if (!body.dry_run && !body.confirm) throw new ApiError("another_door", "Which?", 409);
      return { does: loads(1) };
    },
  });
  await work.choose(1);
  assert.equal(work.get().question?.sentence, "Which?");
  await work.yes();
  assert.deepEqual(sent.at(-1)?.[1], { target: { type: "unit", id: 10 }, confirm: true });
  assert.equal(work.get().question, null);
});

test("a house that is no answer shows its homes behind it, and the first candidate keeps its number", async () => {
  const house = { ...unit(7), target: "building", label: "h" };
  const { work } = await deskWith({
    "/reviews/": () => ({ next: null, results: [row(1, { candidates: [house] })] }),
    "/summary/": () => ({ total: 1 }),
    "/decide/": () => {
      throw new ApiError("needs_unit", "", 422, { units: [71, 72] });
    },
    "/units/71/": () => ({
      building: 7,
      number: "101",
      entrance: "1",
      address: null,
      geometry: { coordinates: [1, 2] },
    }),
    "/units/72/": () => ({
      building: 7,
      number: "101",
      entrance: "2",
      address: "h2-101",
      geometry: { coordinates: [1, 2] },
    }),
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    current(work.get().queue)?.candidates.map(({ target, label }) => [target, label]),
    [
      ["building", "h"],
      ["unit", "h1101"],
      ["unit", "h2-101"],
    ],
  );
});

test("the last row of all shows its homes again when it is undone", async () => {
  const house = { ...unit(7), target: "building" };
  const { work } = await deskWith({
    "/reviews/": () => ({ next: null, results: [row(1, { candidates: [house] })] }),
    "/summary/": () => ({ total: 1 }),
    "/decide/": ({ target }) => {
      if (target.type === "building") throw new ApiError("needs_unit", "", 422, { units: [71] });
      return { does: loads(1) };
    },
    "/units/71/": () => ({ building: 7, number: "101", address: "h101", geometry: { coordinates: [1, 2] } }),
    "/undo/": () => ({ done: [1], loads: 0, makes_units: 0, refused: [] }),
    "/reviews/1/": () => row(1, { candidates: [house] }),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  await work.choose(2);
  assert.equal(current(work.get().queue), null);
  await work.undo();
  await settled();
  assert.deepEqual(
    current(work.get().queue)?.candidates.map(({ label }) => label),
    ["u7", "h101"],
  );
});

test("a row that somebody else has decided leaves, and there is nothing to undo", async () => {
  const { work } = await deskWith({
    "/reviews/": () => ({ next: null, results: [row(1), row(2)] }),
    "/summary/": () => ({ total: 2 }),
    "/decide/": () => {
      throw new ApiError("already_decided", "", 409);
    },
  });
  await work.choose(1);
  assert.deepEqual([current(work.get().queue)?.id, work.get().queue.steps.length], [2, 0]);
});

test("the last step is undone, and its row shown again", async () => {
  const { work } = await deskWith({
    "/reviews/": () => ({ next: null, results: [row(1), row(2)] }),
    "/summary/": () => ({ total: 2 }),
    "/decide/": () => ({ does: loads(1) }),
    "/undo/": () => ({ done: [1], loads: 0, makes_units: 0, refused: [] }),
    "/reviews/1/": () => row(1),
  });
  await work.choose(1);
  await work.undo();
  assert.deepEqual(
    [current(work.get().queue)?.id, work.get().summary.total, work.get().told],
    [1, 2, "reviews.undone"],
  );
});

test("many rows are undone the last first, as many at once as the door takes", async () => {
  const { work, sent } = await deskWith({
    "/reviews/": () => ({ next: null, results: [] }),
    "/summary/": () => ({ total: 0 }),
    "/undo/": ({ reviews }) => ({ done: reviews, refused: [] }),
  });
  const ids = Array.from({ length: 250 }, (_, index) => index + 1);
  await work.many(ids, "");
  await work.undo();
  assert.deepEqual(
    sent.map(([, { reviews }]) => [reviews[0], reviews.length]),
    [
      [51, 200],
      [1, 50],
    ],
  );
  assert.equal(work.get().queue.steps.length, 0);
});

test("deciding many rows of which none can be leaves nothing to undo", async () => {
  const { work } = await deskWith({
    "/reviews/": () => ({ next: null, results: [] }),
    "/summary/": () => ({ total: 0 }),
  });
  await work.many([], "");
  assert.equal(work.get().queue.steps.length, 0);
});
