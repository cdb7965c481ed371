/**
 * PURE: one label for each polygon, although tiles cut polygons in pieces.
 *
 * A symbol layer on a tiled polygon writes the name once in every tile. Here the largest piece in sight carries it.
 */

/** @typedef {import("../types.js").LayerName} LayerName */
/** @typedef {{id?: string|number, properties: Record<string, any>|null, geometry: GeoJSON.Geometry}} Piece */

/** Layers whose polygons are named on the map. */
/** @type {LayerName[]} */
export const LABELLED = ["divisions", "grids"];

/**
 * Twice the signed area of a ring and its centroid, by the shoelace formula; plane coordinates of any unit.
 * @param {GeoJSON.Position[]} ring  first point repeated at the end
 * @returns {{area: number, center: [number, number]}}
 */
export function ringCenter(ring) {
  const [ox, oy] = ring[0];
  let [area, x, y] = [0, 0, 0];
  for (let i = 1; i < ring.length; i += 1) {
    const [ax, ay] = [ring[i - 1][0] - ox, ring[i - 1][1] - oy];
    const [bx, by] = [ring[i][0] - ox, ring[i][1] - oy];
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return area === 0
    ? { area: 0, center: [ox, oy] }
    : { area: Math.abs(area), center: [ox + x / (3 * area), oy + y / (3 * area)] };
}

/**
 * Where the line y = `y` runs inside a ring, from west to east.
 * @param {GeoJSON.Position[]} ring
 * @param {number} y
 * @returns {[number, number][]}
 */
function inside(ring, y) {
  /** @type {number[]} */
  const crossings = [];
  for (let i = 1; i < ring.length; i += 1) {
    const [[ax, ay], [bx, by]] = [ring[i - 1], ring[i]];
    if (ay > y !== by > y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
  }
  crossings.sort((a, b) => a - b);
  return Array.from({ length: crossings.length >> 1 }, (_, i) => [crossings[2 * i], crossings[2 * i + 1]]);
}

/**
 * Where a name fits best: at the centroid if there is room around it, else in the widest place of a few lines across.
 * @param {GeoJSON.Position[]} ring
 * @param {[number, number]} center  the ring's centroid, which a bent ring may leave outside
 * @returns {[number, number]}
 */
export function roomiest(ring, [x, y]) {
  const ys = ring.map((position) => position[1]);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const spans = [y, ...[0.5, 0.3, 0.7].map((part) => low + part * (high - low))].flatMap((line) =>
    inside(ring, line).map(([west, east]) => ({ line, west, east, width: east - west })),
  );
  const widest = spans.reduce((best, span) => (span.width > best.width * 1.2 ? span : best), spans[0]);
  if (!widest) return [x, y];
  const here = spans.find((span) => span.line === y && span.west < x && x < span.east);
  const room = here ? 2 * Math.min(x - here.west, here.east - x) : 0;
  return room >= widest.width / 2 ? [x, y] : [(widest.west + widest.east) / 2, widest.line];
}

/** @param {GeoJSON.Geometry} geometry @returns {GeoJSON.Position[][]} the outer rings */
function outerRings(geometry) {
  if (geometry.type === "Polygon") return [geometry.coordinates[0]];
  if (geometry.type === "MultiPolygon") return geometry.coordinates.map((polygon) => polygon[0]);
  return [];
}

/**
 * @param {Piece[]} pieces  the same feature may come in many pieces, distinguished by their id
 * @returns {GeoJSON.Feature<GeoJSON.Point>[]} one point a feature, in order of id
 */
export function labelPoints(pieces) {
  /** @type {Map<string|number, {area: number, feature: GeoJSON.Feature<GeoJSON.Point>}>} */
  const best = new Map();
  for (const { id, properties, geometry } of pieces) {
    if (id === undefined) continue;
    for (const ring of outerRings(geometry)) {
      const { area, center } = ringCenter(ring);
      if (area <= (best.get(id)?.area ?? 0)) continue;
      best.set(id, {
        area,
        feature: { type: "Feature", id, properties, geometry: { type: "Point", coordinates: roomiest(ring, center) } },
      });
    }
  }
  return [...best.entries()].sort(([a], [b]) => Number(a) - Number(b)).map(([, { feature }]) => feature);
}

/**
 * What is written into a grid: its name without the community's in front, which the map shows once for all; else the
 * end of its code.
 * @param {GeoJSON.Feature<GeoJSON.Point>[]} grids
 * @param {Piece[]} divisions
 * @returns {GeoJSON.Feature<GeoJSON.Point>[]}
 */
export function shortened(grids, divisions) {
  const names = new Map(divisions.map(({ properties }) => [properties?.code, properties?.name]));
  return grids.map((grid) => {
    const { name = "", code = "", community } = grid.properties ?? {};
    const prefix = names.get(community) ?? "";
    const rest = prefix && name.startsWith(prefix) ? name.slice(prefix.length) : name;
    return { ...grid, properties: { label: rest || name || (code && `…${code.slice(-3)}`) } };
  });
}

/**
 * @param {string} layer
 * @returns {string} the id of the source that holds a layer's labels
 */
export const labelSource = (layer) => `${layer}-names`;
