import assert from "node:assert/strict";
import { test } from "node:test";

import { area, count, distance, lonLat, moment, NOTHING, share, text } from "../../gisserver/static/map/format.js";

test("what is not known is a dash, in every formatter", () => {
  assert.deepEqual(
    [
      count(null, "zh"),
      area(undefined, "zh"),
      distance(null, "zh"),
      share(null, "zh"),
      moment(null, "zh", "Asia/Shanghai"),
      text(""),
    ],
    Array(6).fill(NOTHING),
  );
});

test("nought is a number, not an unknown", () => {
  assert.deepEqual(
    [count(0, "en"), area(0, "en"), distance(0, "en"), share(0, "en"), text(0)],
    ["0", "0 m²", "0 m", "0%", "0"],
  );
});

test("large areas are square kilometres", () => {
  assert.equal(area(345_231.2, "en"), "0.35 km²");
});

test("small areas are whole square metres", () => {
  assert.equal(area(99_999.4, "en"), "99,999 m²");
});

test("short distances keep a decimetre", () => {
  assert.deepEqual([distance(4.26, "zh"), distance(126.4, "zh")], ["4.3 m", "126 m"]);
});

test("a moment is shown in the zone of the place", () => {
  assert.match(moment("2026-03-01T16:30:00Z", "zh", "Asia/Shanghai"), /2026年3月2日.*00:30/);
});

test("coordinates are lon before lat, to a metre", () => {
  assert.equal(lonLat([114.351234567, 22.7]), "114.35123, 22.70000");
});
