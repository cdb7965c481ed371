import assert from "node:assert/strict";
import { test } from "node:test";

import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";

import { buildStyle, LAYER_NAMES } from "../../gisserver/static/map/map/style.js";

const ORIGIN = "http://127.0.0.1:8000";
/** @type {import("../../gisserver/static/map/map/style.js").Shown} */
const SHOWN = { lang: "zh", visible: { divisions: true, grids: true, buildings: true, incidents: true }, statuses: ["new"], pin: null, published: [] };

test("the style is valid in both languages", () => {
  for (const lang of /** @type {const} */ (["zh", "en"])) {
    assert.deepEqual(validateStyleMin(buildStyle({ ...SHOWN, lang }, ORIGIN)), []);
  }
});

test("nothing is asked of any other server", () => {
  const addresses = JSON.stringify(buildStyle(SHOWN, ORIGIN)).match(/https?:\/\/[^/"]+/g) ?? [];
  assert.deepEqual([...new Set(addresses)], [ORIGIN]);
});

test("the style names neither glyphs nor sprites, so that it works without internet", () => {
  const { glyphs, sprite } = buildStyle(SHOWN, ORIGIN);
  assert.deepEqual([glyphs, sprite], [undefined, undefined]);
});

for (const name of LAYER_NAMES) {
  test(`switching ${name} off hides all that is drawn of it, and nothing else`, () => {
    const { layers } = buildStyle({ ...SHOWN, visible: { ...SHOWN.visible, [name]: false } }, ORIGIN);
    const hidden = layers.filter((layer) => layer.layout?.visibility === "none").map(({ id }) => id.split("-")[0]);
    assert.deepEqual([...new Set(hidden)], [name]);
  });
}

test("incidents are drawn for the chosen statuses only", () => {
  const { layers } = buildStyle({ ...SHOWN, statuses: ["new", "closed"] }, ORIGIN);
  assert.match(JSON.stringify(layers.find(({ id }) => id === "incidents-point")), /\["literal",\["new","closed"\]\]/);
});

test("a pin is drawn where it was put", () => {
  const { sources } = buildStyle({ ...SHOWN, pin: [114.3, 22.7] }, ORIGIN);
  assert.match(JSON.stringify(sources.pin), /"coordinates":\[114.3,22.7\]/);
});
