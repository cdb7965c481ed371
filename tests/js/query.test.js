import assert from "node:assert/strict";
import { test } from "node:test";

import { parseQuery } from "../../gisserver/static/map/query.js";

test("nothing but spaces is an empty query", () => {
  assert.deepEqual(parseQuery("  　"), { kind: "empty" });
});

test("lon,lat is a place", () => {
  assert.deepEqual(parseQuery("114.35, 22.69"), { kind: "place", lon: 114.35, lat: 22.69 });
});

test("full-width digits and commas are understood", () => {
  assert.deepEqual(parseQuery("１１４．３５，２２．６９"), { kind: "place", lon: 114.35, lat: 22.69 });
});

test("lat,lon is turned round where only that order is possible", () => {
  assert.deepEqual(parseQuery("22.69 114.35"), { kind: "place", lon: 114.35, lat: 22.69 });
});

test("where both orders are possible the first number is the longitude", () => {
  assert.deepEqual(parseQuery("-77.03,38.9"), { kind: "place", lon: -77.03, lat: 38.9 });
});

test("zero is a coordinate like any other", () => {
  assert.deepEqual(parseQuery("0,0"), { kind: "place", lon: 0, lat: 0 });
});

test("numbers beyond the globe are words", () => {
  assert.deepEqual(parseQuery("200,300"), { kind: "text", text: "200,300" });
});

for (const code of ["440310001", "440310001001001", "4403100010010010001", "4403100010010010001000301"]) {
  test(`${code.length} digits are a code`, () => {
    assert.deepEqual(parseQuery(code), { kind: "code", code });
  });
}

test("a code may be typed in groups", () => {
  assert.deepEqual(parseQuery("440310 001 001 001"), { kind: "code", code: "440310001001001" });
});

test("a short number is a house number, not a code", () => {
  assert.deepEqual(parseQuery("301"), { kind: "text", text: "301" });
});

test("an address is words", () => {
  assert.deepEqual(parseQuery(" 坪山区金牛西路12号 "), { kind: "text", text: "坪山区金牛西路12号" });
});
