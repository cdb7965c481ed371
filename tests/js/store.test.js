import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../gisserver/static/map/store.js";

/** @returns {import("../../gisserver/static/map/types.js").State} */
const initial = () => ({
  lang: "zh",
  visible: { divisions: true, grids: true, buildings: true, incidents: true },
  statuses: [],
  selection: null,
  detail: { status: "idle" },
  pin: null,
  at: null,
  history: false,
  online: true,
  published: [],
  switched: {},
});

test("a listener gets the parts it asked for", () => {
  const store = createStore(initial());
  /** @type {string[]} */
  const received = [];
  store.on(["lang"], ({ lang }) => received.push(lang));
  store.set({ online: false });
  store.set({ lang: "en" });
  assert.deepEqual(received, ["en"]);
});

test("setting what is already so tells nobody", () => {
  const store = createStore(initial());
  let calls = 0;
  store.on(["lang", "online"], () => {
    calls += 1;
  });
  store.set({ lang: "zh", online: true });
  assert.equal(calls, 0);
});

test("a snapshot taken before a change stays as it was", () => {
  const store = createStore(initial());
  const before = store.get();
  store.set({ lang: "en" });
  assert.equal(before.lang, "zh");
});

test("a listener that stopped gets nothing more", () => {
  const store = createStore(initial());
  let calls = 0;
  const stop = store.on(["lang"], () => {
    calls += 1;
  });
  stop();
  store.set({ lang: "en" });
  assert.equal(calls, 0);
});
