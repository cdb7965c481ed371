import assert from "node:assert/strict";
import { test } from "node:test";

import { tilesOver, watchPartition } from "../../gisserver/static/map/news.js";

/**
 * Look as often as there are tags, and tell what was noticed.
 * @param {(() => string)[]} tags
 */
async function noticed(...tags) {
  /** @type {string[]} */
  const news = [];
  const looked = watchPartition({
    tag: async () => /** @type {() => string} */ (tags.shift())(),
    wait: async () => { if (tags.length === 0) throw new Error("enough"); },
    onChange: () => { news.push("change"); }, onSame: () => { news.push("same"); },
  });
  await assert.rejects(looked, /enough/);
  return news;
}

test("another version of the tiles is news, once", async () => {
  assert.deepEqual(await noticed(() => "1", () => "1", () => "2", () => "2"), ["same", "change", "same"]);
});

test("no answer is no news, and what comes after it is compared with what was before", async () => {
  const lost = () => { throw new Error("lost"); };
  assert.deepEqual(await noticed(() => "1", lost, () => "", () => "1", () => "2"), ["same", "same", "same", "change"]);
});

test("a district is asked for by the few tiles it lies in", () => {
  assert.deepEqual(tilesOver([114.26, 22.62, 114.44, 22.78]), ["/tiles/grids/8/209/111.mvt"]);
  assert.deepEqual(tilesOver(null), ["/tiles/grids/0/0/0.mvt"]);
});

test("the first answer after none is news: what came meanwhile is unknown", async () => {
  const lost = () => { throw new Error("lost"); };
  assert.deepEqual(await noticed(lost, () => "1", () => "1"), ["change", "same"]);
});
