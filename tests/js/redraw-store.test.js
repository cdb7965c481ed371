import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../gisserver/static/map/api.js";
import { createRedrawStore } from "../../gisserver/static/map/redraw/store.js";

/** @param {number} width */
const polygon = (width) => ({
  type: "Polygon",
  coordinates: [
    [
      [0, 0],
      [width, 0],
      [width, 1],
      [0, 0],
    ],
  ],
});
const REDRAW = {
  id: 7,
  title: "",
  status: "draft",
  communities: ["c"],
  commands: 0,
  events: [],
  conflict: null,
  may: ["draw", "submit"],
  version: "1",
};
const SPLIT = { verb: "split", grid: "A", line: polygon(1) };

/**
 * A store whose server answers a command as given, in turn.
 * @param {(() => any)[]} answers
 */
function deskWith(...answers) {
  /** @type {{keys: string[], reads: number, published: number, steps: string[], refused: boolean}} */
  const seen = { keys: [], reads: 0, published: 0, steps: [], refused: false };
  const doors = /** @type {any} */ ({
    read: async () => {
      seen.reads += 1;
      return { ...REDRAW, version: String(seen.reads) };
    },
    grids: async () => [{ code: "A", name: "A", kind: "base", geometry: polygon(2) }],
    commands: async () => [],
    assets: async () => ({ frame: polygon(2), things: [] }),
    preview: async () => ({ grids: [], moved: {}, warnings: [] }),
    command: async (/** @type {any} */ _, /** @type {any} */ __, /** @type {string} */ key) => {
      seen.keys.push(key);
      return /** @type {() => any} */ (answers.shift())();
    },
    step: async (/** @type {any} */ _, /** @type {string} */ door) => {
      seen.steps.push(door);
      return seen.refused ? refuse("nothing_to_undo", 409)() : drawn();
    },
    review: async () => REDRAW,
  });
  const redrawStore = createRedrawStore({
    doors,
    t: (key) => key,
    onPublished: () => {
      seen.published += 1;
    },
    save: () => {},
  });
  return { redrawStore, seen };
}

const refuse =
  (/** @type {string} */ code, /** @type {number} */ status, /** @type {object} */ problem = {}) =>
  () => {
    throw new ApiError(code, `${code}。`, status, problem);
  };
const drawn = () => ({
  number: 1,
  changed: [{ code: "A", name: "A", kind: "base", geometry: polygon(1) }],
  warnings: [],
});

test("a command that goes changes the draft and empties the hand", async () => {
  const { redrawStore } = deskWith(drawn);
  await redrawStore.read(7);
  redrawStore.use("split");
  redrawStore.hold({ drawn: true });
  await redrawStore.send(SPLIT);
  assert.deepEqual(redrawStore.get().draft?.now.A.geometry, polygon(1));
  assert.deepEqual(
    [redrawStore.get().drawn, redrawStore.get().tool, redrawStore.get().trouble],
    [false, "split", null],
  );
});

test("undo pressed quickly is done as often as it was pressed, one after the other", async () => {
  const { redrawStore, seen } = deskWith();
  await redrawStore.read(7);
  await Promise.all([redrawStore.step("undo"), redrawStore.step("undo"), redrawStore.step("redo")]);
  assert.deepEqual(seen.steps, ["undo", "undo", "redo"]);
});

test("a redraw clicked while something is still being done is opened when that is done", async () => {
  const { redrawStore, seen } = deskWith();
  await redrawStore.read(7);
  await redrawStore.step("undo");
  const forUndo = seen.reads - 1;
  await Promise.all([redrawStore.step("undo"), redrawStore.read(7)]);
  assert.equal(seen.reads, 1 + forUndo + forUndo + 1);
});

test("a refused undo ends those that wait behind it", async () => {
  const { redrawStore, seen } = deskWith();
  seen.refused = true;
  await redrawStore.read(7);
  await Promise.all([redrawStore.step("undo"), redrawStore.step("undo")]);
  assert.deepEqual([seen.steps, redrawStore.get().trouble?.code], [["undo"], "nothing_to_undo"]);
});

test("a refusal says why and where, and leaves the drawing", async () => {
  const { redrawStore } = deskWith(refuse("SLIVER", 422, { geometry: { type: "Point", coordinates: [1, 1] } }));
  await redrawStore.read(7);
  redrawStore.use("split");
  redrawStore.hold({ drawn: true });
  await redrawStore.send(SPLIT);
  const { problem, ...trouble } = redrawStore.get().trouble ?? {};
  assert.deepEqual(trouble, {
    code: "SLIVER",
    message: "SLIVER。",
    geometry: { type: "Point", coordinates: [1, 1] },
    retry: false,
  });
  assert.deepEqual(problem, { geometry: { type: "Point", coordinates: [1, 1] } });
  assert.deepEqual([redrawStore.get().drawn, redrawStore.get().tool], [true, "split"]);
});

test("what got no answer is sent again under the same key", async () => {
  const { redrawStore, seen } = deskWith(refuse("network", 0), drawn);
  await redrawStore.read(7);
  await redrawStore.send(SPLIT);
  assert.equal(redrawStore.get().trouble?.retry, true);
  await redrawStore.retry();
  assert.equal(seen.keys[0], seen.keys[1]);
});

test("what was mended after a refusal is another command", async () => {
  const { redrawStore, seen } = deskWith(refuse("SLIVER", 422), drawn);
  await redrawStore.read(7);
  await redrawStore.send(SPLIT);
  await redrawStore.send(SPLIT);
  assert.notEqual(seen.keys[0], seen.keys[1]);
});

test("a colleague's edit is shown, the drawing stays, and the same may be sent again", async () => {
  const { redrawStore, seen } = deskWith(refuse("stale_version", 412));
  await redrawStore.read(7);
  redrawStore.use("split");
  redrawStore.hold({ drawn: true });
  await redrawStore.send(SPLIT);
  assert.equal(redrawStore.get().redraw?.version, String(seen.reads));
  assert.deepEqual([redrawStore.get().drawn, redrawStore.get().trouble?.retry], [true, true]);
});

test("one thing is done at a time", async () => {
  const { redrawStore, seen } = deskWith(drawn, drawn);
  await redrawStore.read(7);
  await Promise.all([redrawStore.send(SPLIT), redrawStore.send(SPLIT)]);
  assert.equal(seen.keys.length, 1);
});

test("the map is told of a publication, and of no other step", async () => {
  const { redrawStore, seen } = deskWith();
  await redrawStore.read(7);
  await redrawStore.review("submit", { comment: "" });
  assert.equal(seen.published, 0);
  await redrawStore.review("publish", { effective_at: null });
  assert.equal(seen.published, 1);
});

test("giving up drops what is in hand first, then the tool", async () => {
  const { redrawStore } = deskWith();
  await redrawStore.read(7);
  redrawStore.use("rename");
  redrawStore.pick("A");
  redrawStore.drop();
  assert.deepEqual([redrawStore.get().picks, redrawStore.get().tool], [[], "rename"]);
  redrawStore.drop();
  assert.equal(redrawStore.get().tool, null);
});

test("a verb that has nothing to do here is not chosen", async () => {
  const { redrawStore } = deskWith();
  await redrawStore.read(7);
  redrawStore.use("merge");
  assert.equal(redrawStore.get().tool, null);
});

test("a door that the server does not have says so", async () => {
  const { redrawStore } = deskWith(refuse("unknown_verb", 400));
  await redrawStore.read(7);
  await redrawStore.send({ verb: "split_balanced" });
  assert.equal(redrawStore.get().trouble?.message, "redraw.not_available");
});

test("an answer that was on its way while something was done is not laid over it", async () => {
  const { redrawStore } = deskWith(drawn);
  await redrawStore.read(7);
  await redrawStore.show(true);
  const looking = redrawStore.refresh();
  await redrawStore.send(SPLIT);
  await looking;
  assert.deepEqual(redrawStore.get().draft?.now.A.geometry, polygon(1));
});

test("a draft that a colleague has changed is read again, as soon as nothing is in hand", async () => {
  const { redrawStore, seen } = deskWith();
  await redrawStore.read(7);
  await redrawStore.show(true);
  redrawStore.hold({ drawn: true });
  await redrawStore.refresh();
  assert.equal(seen.reads, 1);
  redrawStore.hold({ drawn: false });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(redrawStore.get().redraw?.version, "3");
});
