/**
 * PURE: which published layers make up a base map, recognised by the attributes that such data carry everywhere.
 *
 * A line layer with a road class, a polygon layer with a land use, water by its tags or its title. Nothing here names
 * a layer of one city; a layer without any such sign is an overlay, drawn plainly and only when it is asked for.
 */

/** @typedef {import("../types.js").Geometry} Geometry */
/** @typedef {import("../types.js").Role} Role */
/** @typedef {{role: Role, key: string}} Hint  `key`: the attribute that tells the class; "" where none does */

/** @type {{role: Role, geometries: Geometry[], keys: string[], title?: RegExp}[]} */
const SIGNS = [
  {
    role: "roads",
    geometries: ["line"],
    keys: ["highway", "fclass", "road_class", "roadclass", "class", "道路等级", "等级"],
  },
  {
    role: "water",
    geometries: ["line", "polygon"],
    keys: ["waterway", "water", "水系"],
    title: /河|湖|水系|水域|水体|\b(?:rivers?|lakes?|streams?|waterbod(?:y|ies))\b/i,
  },
  {
    role: "land",
    geometries: ["polygon"],
    keys: ["landuse", "land_use", "landcover", "use", "leisure", "用地性质", "用地类型", "用地"],
  },
];

/** Attributes that hold a name, best first; English ones are preferred where English is spoken. */
const NAMES = ["name", "名称", "道路名称", "title", "label"];
const NAMES_EN = ["name_en", "name:en", "en_name"];

/**
 * @param {{geometry: Geometry, fields: string[], title: string}} layer
 * @returns {Hint|null}  null: an overlay
 */
export function hintOf({ geometry, fields, title }) {
  const fitting = SIGNS.filter(({ geometries }) => geometries.includes(geometry));
  for (const { role, keys } of fitting) {
    const key = fieldOf(fields, keys);
    if (key) return { role, key };
  }
  const named = fitting.find((sign) => sign.title?.test(title));
  return named ? { role: named.role, key: "" } : null;
}

/**
 * The attributes to try for a name, best first.
 * @param {string[]} fields
 * @param {import("../types.js").Lang} lang
 */
export function nameFields(fields, lang) {
  return (lang === "en" ? [NAMES_EN, NAMES] : [NAMES])
    .map((wanted) => fieldOf(fields, wanted))
    .filter((name) => name !== "");
}

/**
 * @param {string[]} fields
 * @param {string[]} wanted  in lower case, best first
 * @returns {string}  as the layer spells it; "" when it has none of them
 */
function fieldOf(fields, wanted) {
  return wanted.map((key) => fields.find((field) => field.toLowerCase() === key)).find(Boolean) ?? "";
}

/** @typedef {{values: string[], widths: [number, number, number, number], casing: string, rank: number}} RoadClass */

/** Zooms at which the widths of roads are given, in pixels of the carriageway. */
export const ROAD_ZOOMS = [11, 14, 16, 18];

/**
 * Classes of roads as OpenStreetMap, planners and the Chinese standard name them, quiet ones first.
 * @type {RoadClass[]}
 */
export const ROADS = [
  {
    values: [
      "footway",
      "path",
      "cycleway",
      "steps",
      "pedestrian",
      "track",
      "bridleway",
      "lane",
      "service",
      "步行道",
      "绿道",
      "巷",
    ],
    widths: [0, 0.5, 2, 6],
    casing: "#d5d3cd",
    rank: 0,
  },
  {
    values: [
      "tertiary",
      "collector",
      "secondary",
      "secondary_link",
      "tertiary_link",
      "minor",
      "次干路",
      "次干道",
      "县道",
      "乡道",
    ],
    widths: [0.6, 2.8, 8, 26],
    casing: "#c2bdb0",
    rank: 2,
  },
  {
    values: ["primary", "primary_link", "arterial", "major", "主干路", "主干道", "国道", "省道"],
    widths: [1.7, 4.6, 13, 42],
    casing: "#c9a968",
    rank: 3,
  },
  {
    values: ["motorway", "motorway_link", "trunk", "trunk_link", "expressway", "高速", "高速公路", "快速路"],
    widths: [2, 5.2, 15, 46],
    casing: "#d0935a",
    rank: 4,
  },
];
/** What every other class is: residential streets and whatever a city calls its own. @type {RoadClass} */
export const STREET = { values: [], widths: [0.15, 1.3, 5, 17], casing: "#cfccc4", rank: 1 };

/** Land uses, muted: the base map is the quietest thing on the map. */
/** @type {{color: string, values: string[]}[]} */
export const LAND = [
  {
    color: "#f0ebe2",
    values: [
      "residential",
      "estate",
      "tower",
      "village",
      "hamlet",
      "居住",
      "居住用地",
      "住宅",
      "住宅用地",
      "村庄",
      "城中村",
    ],
  },
  { color: "#f2e7e1", values: ["mixed", "mixed_use", "混合", "混合用地", "商住"] },
  { color: "#f5ddd6", values: ["commercial", "commerce", "retail", "商业", "商业用地", "商业服务业"] },
  {
    color: "#e5e3ee",
    values: [
      "industrial",
      "industry",
      "warehouse",
      "logistics",
      "port",
      "quarry",
      "工业",
      "工业用地",
      "仓储",
      "物流",
      "物流仓储用地",
    ],
  },
  {
    color: "#f5ecc9",
    values: ["school", "education", "university", "college", "kindergarten", "教育", "教育用地", "学校"],
  },
  {
    color: "#e4e6dd",
    values: [
      "public",
      "civic",
      "institutional",
      "government",
      "hospital",
      "healthcare",
      "religious",
      "公共",
      "公共服务",
      "行政办公",
      "医疗",
    ],
  },
  {
    color: "#c9e6bb",
    values: [
      "park",
      "garden",
      "grass",
      "recreation_ground",
      "green",
      "village_green",
      "playground",
      "pitch",
      "golf_course",
      "公园",
      "绿地",
      "公园绿地",
    ],
  },
  { color: "#c8e0b9", values: ["forest", "wood", "hill", "scrub", "nature_reserve", "meadow", "林地", "山体", "草地"] },
  { color: "#e7ebcf", values: ["farmland", "farm", "orchard", "vineyard", "allotments", "耕地", "园地", "农田"] },
  {
    color: "#b5d6e6",
    values: ["water", "reservoir", "basin", "river", "lake", "pond", "水域", "水体", "河流", "湖泊"],
  },
];
export const OTHER_LAND = "#eeece5";
