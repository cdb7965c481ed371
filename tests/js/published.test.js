import assert from "node:assert/strict";
import { test } from "node:test";

import { cardOf, doorOf } from "../../gisserver/static/map/cards/cards.js";
import { hintOf } from "../../gisserver/static/map/map/hints.js";
import { shownOf, uploadsOf, withCollections } from "../../gisserver/static/map/published.js";

/** @param {Record<string, any>} layer */
const upload = (layer) => ({
  id: "some",
  title: "Some",
  kind: "vector",
  geometry_type: "LineString",
  fields: [],
  ...layer,
});
const named = (/** @type {string[]} */ ...names) => names.map((name) => ({ name, type: "string" }));

for (const key of ["highway", "fclass", "class", "道路等级"]) {
  test(`lines with the attribute ${key} are roads`, () => {
    assert.deepEqual(hintOf({ geometry: "line", fields: ["id", key], title: "" }), { role: "roads", key });
  });
}

test("an attribute is known however it is spelt, and is named as the layer spells it", () => {
  assert.deepEqual(hintOf({ geometry: "polygon", fields: ["LANDUSE"], title: "" }), { role: "land", key: "LANDUSE" });
});

test("a road class makes no road of a polygon", () => {
  assert.equal(hintOf({ geometry: "polygon", fields: ["class"], title: "道路" }), null);
});

test("water without a class is known by its title", () => {
  assert.deepEqual(hintOf({ geometry: "line", fields: ["source"], title: "河流（演示）Rivers (demo)" }), {
    role: "water",
    key: "",
  });
});

test("points are always overlays", () => {
  assert.equal(hintOf({ geometry: "point", fields: ["class", "landuse"], title: "River gauges" }), null);
});

test("uploads are read with their geometry; rasters and tables are left out", () => {
  const layers = [
    upload({ id: "a", geometry_type: "MultiPolygon" }),
    upload({ id: "b", kind: "raster", geometry_type: null }),
    upload({ id: "c", geometry_type: "None" }),
  ];
  assert.deepEqual(
    uploadsOf({ layers }).map(({ id, geometry }) => [id, geometry]),
    [["a", "polygon"]],
  );
});

test("other collections follow the uploads; the map's own layers are not listed twice", () => {
  const uploads = uploadsOf({ layers: [upload({ id: "roads" })] });
  const collections = ["grids", "roads", "entrances", "buildings"].map((id) => ({ id, title: id }));
  assert.deepEqual(
    withCollections(uploads, { collections }).map(({ id }) => id),
    ["roads", "entrances"],
  );
});

test("a base map is on until it is switched off, an overlay off until it is switched on", () => {
  const published = uploadsOf({
    layers: [upload({ id: "roads", fields: named("highway") }), upload({ id: "cables" })],
  });
  assert.deepEqual(
    shownOf({ published, switched: {} }).map(({ id }) => id),
    ["roads"],
  );
  assert.deepEqual(
    shownOf({ published, switched: { roads: false, cables: true } }).map(({ id }) => id),
    ["cables"],
  );
});

/** @type {import("../../gisserver/static/map/types.js").Selection} */
const ROAD = {
  kind: "published",
  id: 7,
  layer: { id: "roads", title: "道路 Roads" },
  properties: { name: "人民路", class: "arterial" },
};
const speech = { t: (/** @type {string} */ key) => key, lang: /** @type {const} */ ("en"), timeZone: "UTC" };

test("a feature's card is asked of its collection", () => {
  assert.equal(doorOf(ROAD), "/ogc/collections/roads/items/7");
});

test("the card shows every attribute that has a value, by the title of its field", () => {
  const record = {
    attributes: { name: "人民路", class: "arterial", lanes: 4, oneway: false, ref: null },
    titles: { class: "等级 Class" },
  };
  const { badge, title, rows } = cardOf(ROAD, record, speech);
  assert.deepEqual(
    [badge, title, rows.map(({ label, value }) => [label, value])],
    [
      "道路 Roads",
      "人民路",
      [
        ["等级 Class", "arterial"],
        ["lanes", "4"],
        ["oneway", "answer.false"],
      ],
    ],
  );
});

test("until the server answers the tile's attributes are shown", () => {
  assert.deepEqual(
    cardOf(ROAD, {}, speech).rows.map(({ value }) => value),
    ["arterial"],
  );
});
