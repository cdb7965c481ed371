import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../gisserver/static/map/store.js";
import { watchReturn } from "../../gisserver/static/map/watch.js";

const store = () =>
  createStore({
    lang: "zh",
    visible: { divisions: true, grids: true, buildings: true, incidents: true },
    statuses: [],
    selection: null,
    detail: { status: "idle" },
    pin: null,
    online: true,
    published: [],
    switched: {},
  });

/** @param {ReturnType<typeof store>} state */
const back = (state) =>
  new Promise((resolve) => {
    state.on(["online"], ({ online }) => online && resolve(undefined));
  });

test("a server that is gone is asked until it is back", async () => {
  const state = store();
  const answers = [Promise.reject(new TypeError("Failed to fetch")), Promise.resolve(false), Promise.resolve(true)];
  answers.forEach((answer) => answer.catch(() => false));
  watchReturn(
    state,
    () => /** @type {Promise<boolean>} */ (answers.shift()),
    async () => {},
  );
  const returned = back(state);
  state.set({ online: false });
  await returned;
  assert.deepEqual([state.get().online, answers.length], [true, 0]);
});

test("nobody is asked while the server answers", () => {
  const state = store();
  let asked = 0;
  watchReturn(
    state,
    async () => {
      asked += 1;
      return true;
    },
    async () => {},
  );
  state.set({ lang: "en" });
  assert.equal(asked, 0);
});
