import assert from "node:assert/strict";
import { test } from "node:test";

import { listenForNews } from "../../gisserver/static/map/news.js";

/** The server and the page, as the test plays them. */
function stage() {
  /** @type {string[]} */
  const received = [];
  /** @type {any[]} */
  const sources = [];
  /** @type {(() => void)[]} */
  const waits = [];
  const page = Object.assign(new EventTarget(), {
    visibilityState: /** @type {DocumentVisibilityState} */ ("visible"),
  });
  const news = listenForNews({
    page,
    connect() {
      const source = Object.assign(new EventTarget(), {
        readyState: 1,
        close() {
          source.readyState = 2;
        },
      });
      sources.push(source);
      return source;
    },
    wait: () =>
      new Promise((resolve) => {
        waits.push(resolve);
      }),
  });
  news.on("partition", () => received.push("partition"));
  news.on("redraw", () => received.push("redraw"));
  return {
    received,
    sources,
    news,
    waits,
    /** @param {string} version */
    greet: (version) => sources.at(-1).dispatchEvent(new MessageEvent("hello", { data: JSON.stringify({ version }) })),
    /** @param {string} subject */
    say: (subject) => sources.at(-1).dispatchEvent(new Event(subject)),
    /** @param {DocumentVisibilityState} state */
    turn(state) {
      page.visibilityState = state;
      page.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

test("what the server sends is passed on, the first greeting is no news", async () => {
  const { received, news, greet, say } = stage();
  greet("1");
  await news.begun;
  say("partition");
  say("redraw");
  assert.deepEqual(received, ["partition", "redraw"]);
});

test("a greeting with another version after an interruption tells that something was missed", () => {
  const { received, greet } = stage();
  greet("1");
  greet("1");
  assert.deepEqual(received, ["redraw"]);
  greet("2");
  assert.deepEqual(received, ["redraw", "partition", "redraw"]);
});

test("a greeting that the map did not wait for is news: its tiles may be older", async () => {
  const { received, news, waits, greet } = stage();
  waits[0]();
  await news.begun;
  greet("1");
  assert.deepEqual(received, ["partition", "redraw"]);
});

test("a hidden page lets its connection go and comes back for what it missed", () => {
  const { received, sources, greet, turn } = stage();
  greet("1");
  turn("hidden");
  assert.equal(sources[0].readyState, 2);
  turn("visible");
  greet("2");
  assert.deepEqual(received, ["partition", "redraw"]);
});

test("after a refusal it asks again, and only once", async () => {
  const { sources, waits } = stage();
  sources[0].readyState = 2;
  sources[0].dispatchEvent(new Event("error"));
  assert.equal(sources.length, 1);
  waits[1]();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(sources.length, 2);
});
