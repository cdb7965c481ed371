import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../gisserver/static/map/api.js";
import { coded, geocoded, placeOf } from "../../gisserver/static/map/results.js";
import { findHits } from "../../gisserver/static/map/search.js";

const t = (/** @type {string} */ key) => key;

/** @param {Record<string, any>} doors  beginning of a path → answer, or error */
function tools(doors) {
  /** @type {string[]} */
  const asked = [];
  const api = {
    get: async (/** @type {string} */ path) => {
      asked.push(path);
      const answer = doors[Object.keys(doors).find((door) => path.startsWith(door)) ?? ""];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { asked, tools: { api, t, lang: /** @type {const} */ ("zh"), signal: new AbortController().signal } };
}

test("a coordinate needs no server", async () => {
  const { asked, tools: given } = tools({});
  const {
    found: [found],
  } = await findHits("114.35,22.69", given);
  assert.deepEqual([found.at, found.selection?.kind, asked], [[114.35, 22.69], "place", []]);
});

test("a code is looked up as a code", async () => {
  const { tools: given } = tools({
    "/api/codes/440310001001001": {
      code: "440310001001001",
      meanings: [{ target: "grid", id: 5, current_code: "440310001001001" }],
    },
  });
  const {
    found: [found],
  } = await findHits("440310001001001", given);
  assert.deepEqual(found.selection, { kind: "grids", id: 5, code: "440310001001001" });
});

test("digits that nobody issued are searched as words", async () => {
  const { asked, tools: given } = tools({
    "/api/codes/": new ApiError("unknown_code", "", 404),
    "/geocode/search": { features: [] },
    "/ogc/": { features: [] },
  });
  assert.deepEqual((await findHits("440310001001999", given)).found, []);
  assert.match(asked[1], /^\/geocode\/search/);
});

test("another refusal of a code is not hidden", async () => {
  const { tools: given } = tools({ "/api/codes/": new ApiError("database_unavailable", "", 503) });
  await assert.rejects(findHits("440310001001999", given), { code: "database_unavailable" });
});

test("words go to the geocoder, escaped", async () => {
  const { asked, tools: given } = tools({ "/geocode/search": { features: [] }, "/ogc/": { features: [] } });
  await findHits("金牛路 1&2", given);
  assert.match(asked[0], /q=%E9%87%91%E7%89%9B%E8%B7%AF%201%262&/);
});

/** @param {string} code @param {string} name */
const gridFeature = (code, name) => ({ id: 5, properties: { code, name, community_name: "金龟社区" } });

test("grids of exactly this name come before addresses, those whose names contain it come after them", async () => {
  const { asked, tools: given } = tools({
    "/geocode/search": { features: [answer({ label: "第1网格路" })] },
    "/ogc/collections/grids/items": {
      features: [gridFeature("001", "金龟社区第1网格"), gridFeature("011", "金龟社区第1网格东")],
    },
  });
  const { found } = await findHits("第1网格", given);
  assert.deepEqual(
    found.map(({ label }) => label),
    ["金龟社区第1网格", "第1网格路", "金龟社区第1网格东"],
  );
  assert.deepEqual(found[0].selection, { kind: "grids", id: 5, code: "001" });
  assert.match(decodeURIComponent(asked[1]), /name LIKE '%第1网格%'/);
});

test("what has a meaning in a pattern is meant as it is typed", async () => {
  const { asked, tools: given } = tools({ "/geocode/search": { features: [] }, "/ogc/": { features: [] } });
  await findHits("50%_o'x", given);
  assert.match(decodeURIComponent(asked[1]), /name LIKE '%50\\%\\_o''x%'/);
});

test("why nothing was found is passed on", async () => {
  const { tools: given } = tools({
    "/geocode/search": { features: [], reason: "nothing_in_your_area" },
    "/ogc/": { features: [] },
  });
  assert.equal((await findHits("坪山大道", given)).reason, "nothing_in_your_area");
});

test("an old code leads to what has a new one now, and says so", () => {
  const [found] = coded({ code: "OLD", meanings: [{ target: "building", id: 9, current_code: "NEW" }] });
  assert.deepEqual([found.label, found.hint, found.selection?.code], ["NEW", "OLD", "NEW"]);
});

/** @param {object} geocoding @returns {object} */
const answer = (geocoding) => ({
  bbox: [1, 2, 3, 4],
  geometry: { type: "Point", coordinates: [2, 3] },
  properties: { geocoding },
});

test("a building is flown to and opened", () => {
  const found = geocoded(answer({ level: "building", target: "building", id: 9, building: 9, label: "A", code: "44" }));
  assert.deepEqual(
    [found.bounds, found.at, found.selection],
    [undefined, [2, 3], { kind: "buildings", id: 9, at: [2, 3] }],
  );
});

test("a unit is opened as itself, not as its building", () => {
  const found = geocoded(answer({ level: "unit", target: "unit", id: 301, building: 9, label: "A301" }));
  assert.deepEqual(found.selection, { kind: "units", id: 301, at: [2, 3] });
});

test("a division is shown whole", () => {
  const found = geocoded(
    answer({ level: "community", target: "division", id: 4, code: "440310001001", label: "六联社区" }),
  );
  assert.deepEqual(
    [found.bounds, found.selection?.kind, found.selection?.code],
    [[1, 2, 3, 4], "divisions", "440310001001"],
  );
});

test("a result without a place can still be listed", () => {
  const found = geocoded({ geometry: null, properties: { geocoding: { label: "六联社区", level: "community" } } });
  assert.deepEqual([found.label, found.at, found.selection], ["六联社区", undefined, null]);
});

test("the place of a polygon is its box", () => {
  const polygon = {
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        [4, 0],
        [4, 2],
        [0, 2],
        [0, 0],
      ],
    ],
  };
  assert.deepEqual(placeOf(polygon), { at: [2, 1], bounds: [0, 0, 4, 2] });
});

test("the place of a point is itself, also at nought", () => {
  assert.deepEqual(placeOf({ type: "Point", coordinates: [0, 0] }), { at: [0, 0] });
});
