/** PURE: what the server's lists say of published layers → what the panel, the style and the inspector need. */

import { hintOf } from "./map/hints.js";
import { LAYER_NAMES } from "./map/style.js";

/** @typedef {import("./types.js").Published} Published */
/** @typedef {import("./types.js").Geometry} Geometry */

/** @type {[RegExp, Geometry][]} */
const GEOMETRIES = [
  [/Point$/, "point"],
  [/LineString$/, "line"],
  [/Polygon$/, "polygon"],
];

/** @param {string|null|undefined} type  of a geometry, as GeoJSON names it @returns {Geometry} */
function geometryOf(type) {
  return GEOMETRIES.find(([ending]) => ending.test(type ?? ""))?.[1] ?? "any";
}

/**
 * The uploads of `/api/layers/`; rasters, and tables without a place, cannot be drawn from tiles.
 * @param {{layers: any[]}} answer
 * @returns {Published[]}
 */
export function uploadsOf({ layers }) {
  return layers
    .filter(({ kind, geometry_type: type }) => kind === "vector" && type && type !== "None")
    .map(({ id, title, geometry_type: type, fields }) => {
      const layer = {
        id,
        title: title || id,
        geometry: geometryOf(type),
        fields: fields.map((/** @type {any} */ field) => field.name),
      };
      return { ...layer, ...(hintOf(layer) ?? { role: null, key: "" }) };
    });
}

/**
 * The uploads, and after them the rest of `/ogc/collections` that the map does not show as its own.
 * @param {Published[]} uploads
 * @param {{collections: any[]}} answer
 * @returns {Published[]}
 */
export function withCollections(uploads, { collections }) {
  /** @type {Set<string>} */
  const known = new Set([...LAYER_NAMES, ...uploads.map(({ id }) => id)]);
  return [
    ...uploads,
    ...collections
      .filter(({ id }) => !known.has(id))
      .map(
        ({ id, title }) =>
          /** @type {Published} */ ({ id, title: title || id, geometry: "any", fields: [], role: null, key: "" }),
      ),
  ];
}

/**
 * The layers that are drawn: base maps unless switched off, overlays only when switched on.
 * @param {{published: Published[], switched: Record<string, boolean>}} state
 * @returns {Published[]}
 */
export function shownOf({ published, switched }) {
  return published.filter(({ id, role }) => switched[id] ?? role !== null);
}
