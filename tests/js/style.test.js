import assert from "node:assert/strict";
import { test } from "node:test";

import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";

import { STATUS_COLORS } from "../../gisserver/static/map/map/palette.js";
import { buildStyle, LAYER_NAMES, pickOrder } from "../../gisserver/static/map/map/style.js";

const ORIGIN = "http://127.0.0.1:8000";
/** @type {import("../../gisserver/static/map/map/style.js").Shown} */
const SHOWN = {
  lang: "zh",
  visible: { divisions: true, grids: true, buildings: true, incidents: true },
  statuses: ["new"],
  pin: null,
  at: null,
  published: [],
};

/** @type {import("../../gisserver/static/map/types.js").Published[]} */
const PUBLISHED = [
  { id: "bins", title: "Bins", geometry: "point", fields: ["size"], role: null, key: "" },
  {
    id: "streets",
    title: "道路 Roads",
    geometry: "line",
    fields: ["highway", "name", "name_en"],
    role: "roads",
    key: "highway",
  },
  { id: "wards", title: "Wards", geometry: "polygon", fields: [], role: null, key: "" },
  { id: "uses", title: "用地", geometry: "polygon", fields: ["landuse"], role: "land", key: "landuse" },
  { id: "rivers", title: "河流", geometry: "line", fields: [], role: "water", key: "" },
];
const TOWN = { ...SHOWN, published: PUBLISHED };

test("the style is valid in both languages, with and without published layers", () => {
  for (const lang of /** @type {const} */ (["zh", "en"])) {
    assert.deepEqual(validateStyleMin(buildStyle({ ...SHOWN, lang }, ORIGIN)), []);
    assert.deepEqual(validateStyleMin(buildStyle({ ...TOWN, lang }, ORIGIN)), []);
  }
});

test("from below: land, water, roads, grids, overlays, and their lines on top", () => {
  const ids = buildStyle(TOWN, ORIGIN).layers.map(({ id }) => id);
  const upwards = [
    "published-uses-fill",
    "published-rivers-line",
    "published-streets-line",
    "grids-fill",
    "published-wards-fill",
    "buildings-fill",
    "published-bins-point",
    "grids-line",
    "published-streets-name",
    "grids-label",
  ];
  assert.deepEqual(
    ids.filter((id) => upwards.includes(id)),
    upwards,
  );
});

test("published layers come from this server's tiles only", () => {
  const addresses = JSON.stringify(buildStyle(TOWN, ORIGIN)).match(/https?:\/\/[^/"]+/g) ?? [];
  assert.deepEqual([...new Set(addresses)], [ORIGIN]);
});

test("over a town the communities' colours are thinner than over the bare base map", () => {
  const fill = (/** @type {typeof SHOWN} */ shown) =>
    buildStyle(shown, ORIGIN).layers.find(({ id }) => id === "grids-fill");
  const most = (/** @type {unknown} */ layer) =>
    Math.max(
      ...[.../** @type {any} */ (layer).paint["fill-opacity"].flat(2)].filter((v) => typeof v === "number" && v <= 1),
    );
  assert.ok(most(fill(TOWN)) < most(fill(SHOWN)));
});

test("an English road name comes before the Chinese one where English is spoken", () => {
  const layer = buildStyle({ ...TOWN, lang: "en" }, ORIGIN).layers.find(({ id }) => id === "published-streets-name");
  assert.deepEqual(/** @type {any} */ (layer).layout["text-field"], [
    "coalesce",
    ["get", "name_en"],
    ["get", "name"],
    "",
  ]);
});

test("a road is meant by a click at a high zoom, the grid at a low one; land never before its grid", () => {
  const order = (/** @type {number} */ zoom) =>
    pickOrder(PUBLISHED, zoom).filter((name) => ["published-streets", "grids", "published-uses"].includes(name));
  assert.deepEqual(order(16), ["published-streets", "grids", "published-uses"]);
  assert.deepEqual(order(12), ["grids", "published-streets", "published-uses"]);
});

test("an overlay, which somebody asked for, is clicked before the grid beneath it", () => {
  const order = pickOrder(PUBLISHED, 12);
  assert.ok(order.indexOf("published-wards") < order.indexOf("grids"));
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

/** @param {string[]} statuses */
const incidentTiles = (statuses) =>
  /** @type {any} */ (buildStyle({ ...SHOWN, statuses }, ORIGIN).sources.incidents).tiles[0];

test("the server leaves out the incidents of other statuses, before it counts", () => {
  assert.equal(
    decodeURIComponent(incidentTiles(["closed", "new"])),
    `${ORIGIN}/tiles/incidents/{z}/{x}/{y}.mvt?filter=status IN ('new','closed')`,
  );
  assert.equal(
    incidentTiles(["new", "assigned", "in_progress", "resolved", "closed"]),
    `${ORIGIN}/tiles/incidents/{z}/{x}/{y}.mvt`,
  );
});

test("without a status no incident is drawn", () => {
  const { layers } = buildStyle({ ...SHOWN, statuses: [] }, ORIGIN);
  assert.ok(layers.filter(({ id }) => id.startsWith("incidents")).every(({ layout }) => layout?.visibility === "none"));
});

test("a number of incidents has the colour of no status", () => {
  const cluster = buildStyle(SHOWN, ORIGIN).layers.find(({ id }) => id === "incidents-cluster");
  const color = /** @type {any} */ (cluster?.paint)["circle-color"];
  assert.equal(typeof color, "string");
  assert.ok(!Object.values(STATUS_COLORS).includes(color));
});

test("a pin is drawn where it was put", () => {
  const { sources } = buildStyle({ ...SHOWN, pin: [114.3, 22.7] }, ORIGIN);
  assert.match(JSON.stringify(sources.pin), /"coordinates":\[114.3,22.7\]/);
});
