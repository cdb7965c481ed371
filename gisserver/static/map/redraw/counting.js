/** PURE: what stands in each grid, and what a drawing in hand would move. The server's preview has the last word. */

import { contains, gridAt, mostlyIn, ringsOf } from "./geometry.js";

/** @typedef {import("./types.js").LonLat} LonLat */
/** @typedef {import("./types.js").Grid} Grid */
/** @typedef {import("./types.js").Grids} Grids */
/** @typedef {import("./types.js").Thing} Thing */
/** @typedef {{code: string, before: number, after: number}} Shift  of one grid; a new grid has no code yet */

/** A grid with less than this share of an ordinary one's is nearly empty. */
const NEARLY_EMPTY = 0.05;
/** It is still a part of the town, unless wider than so many ordinary grids, or than this: hills, water. */
const WIDE_GRIDS = 3;
const WIDE_M2 = 1_000_000;
const M_PER_DEGREE = 111_195;
/** How far off the border, as a share of the grid's extent, a line may end and still be meant to end on it. */
const NEAR_BORDER = 0.03;

/** @param {any} geometry @returns {[number, number, number, number]} */
export function boxOf(geometry) {
  const points = ringsOf(geometry).flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * How much of a measure stands in a polygon.
 * @param {any} geometry
 * @param {Thing[]} things
 * @param {string} measure
 */
export function sumIn(geometry, things, measure) {
  const [west, south, east, north] = boxOf(geometry);
  let sum = 0;
  for (const { at, counts } of things) {
    const [x, y] = at;
    if (counts[measure] && x >= west && x <= east && y >= south && y <= north && contains(geometry, at))
      sum += counts[measure];
  }
  return sum;
}

/**
 * @param {Grids} grids
 * @param {Thing[]} things
 * @param {string} measure
 * @returns {Record<string, number>} by code
 */
export function tally(grids, things, measure) {
  return Object.fromEntries(Object.values(grids).map(({ code, geometry }) => [code, sumIn(geometry, things, measure)]));
}

/**
 * What an ordinary grid carries: the mean of the base grids, but for the wide ones that hold nearly nothing; and which
 * they are. A proposal aims at the same mean (grids/balancing/ordinary.py has the same rule).
 * @param {Record<string, number>} tallies
 * @param {Grids} grids
 * @returns {{mean: number, counted: Set<string>}}
 */
export function ordinary(tallies, grids) {
  const base = Object.values(grids)
    .filter(({ kind }) => kind === "base")
    .map(({ code, geometry }) => ({ code, load: tallies[code] ?? 0, area: areaM2(geometry) }));
  const least = usual(base.map(({ load }) => load)) * NEARLY_EMPTY;
  const carrying = base.filter(({ load }) => load > 0 && load >= least);
  const wide = Math.min(WIDE_GRIDS * median(carrying.map(({ area }) => area)), WIDE_M2);
  const counted = base.filter(({ load, area }) => (load > 0 && load >= least) || area <= wide);
  return {
    mean: counted.length === 0 ? 0 : counted.reduce((sum, { load }) => sum + load, 0) / counted.length,
    counted: new Set(counted.map(({ code }) => code)),
  };
}

/** The load of the grid in which the middle household lives: huts on hills don't move it. @param {number[]} loads */
function usual(loads) {
  let left = loads.reduce((sum, n) => sum + n, 0) / 2;
  return [...loads].sort((a, b) => b - a).find((load) => (left -= load) <= 0) ?? 0;
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length === 0 ? 0 : sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** @param {GeoJSON.Polygon|GeoJSON.MultiPolygon} geometry */
function areaM2(geometry) {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const turns = (/** @type {any} */ ring) => Math.abs(areaOf(ring)) / 2;
  const degrees = parts.reduce(
    (sum, [outer, ...holes]) => sum + turns(outer) - holes.reduce((all, hole) => all + turns(hole), 0),
    0,
  );
  return degrees * M_PER_DEGREE ** 2 * Math.cos((parts[0][0][0][1] * Math.PI) / 180);
}

/**
 * How far from ordinary a grid's load is, as a share of that; nothing for one that does not count: special, hills,
 * water.
 * @param {string} code
 * @param {number} n
 * @param {{mean: number, counted: Set<string>}} usually
 * @returns {number|undefined}
 */
export const offOrdinary = (code, n, { mean, counted }) => (mean > 0 && counted.has(code) ? n / mean - 1 : undefined);

/** The buildings at these places. @param {Thing[]} things @param {LonLat[]} places */
export function buildingsAt(things, places) {
  const wanted = new Set(places.map((at) => at.join()));
  return things.filter(({ at, counts }) => counts.buildings && wanted.has(at.join()));
}

/**
 * The grid that a line cuts, and the smaller piece that it cuts off; null while the line is no cut yet.
 * @param {Grids} grids
 * @param {import("./types.js").RedrawState["hand"]} hand  what is being drawn
 * @returns {{grid: Grid, part: GeoJSON.Polygon, beside: Grid|null}|null}  `beside`: the one grid that the piece borders
 *   on
 */
export function cutBy(grids, hand) {
  if (hand?.type !== "LineString") return null;
  const line = /** @type {LonLat[]} */ (hand.coordinates);
  const grid = grids[mostlyIn(grids, line) ?? ""];
  const part = grid && cutOff(grid, line);
  return part
    ? {
        grid,
        part,
        beside: neighbourBeside(grids, grid, /** @type {LonLat[]} */ (part.coordinates[0]).slice(line.length)),
      }
    : null;
}

/**
 * The one grid that shares these corners.
 * @param {Grids} grids
 * @param {Grid} grid
 * @param {LonLat[]} corners
 * @returns {Grid|null}
 */
function neighbourBeside(grids, grid, corners) {
  const keys = corners.map((at) => at.join());
  const others = Object.values(grids).filter(
    ({ code, geometry }) =>
      code !== grid.code &&
      ringsOf(geometry).some((ring) => {
        const own = new Set(ring.map((at) => at.join()));
        return keys.length > 0 && keys.every((key) => own.has(key));
      }),
  );
  return others.length === 1 ? others[0] : null;
}

/**
 * The smaller piece that a line from border to border cuts off; null while an end is far from the border.
 * @param {Grid} grid
 * @param {LonLat[]} line
 * @returns {GeoJSON.Polygon|null}
 */
export function cutOff({ geometry }, line) {
  if (line.length < 2) return null;
  const ring = ringsOf(geometry)
    .reduce((longest, one) => (one.length > longest.length ? one : longest))
    .slice(0, -1);
  const [west, south, east, north] = boxOf(geometry);
  const reach = NEAR_BORDER * Math.max(east - west, north - south);
  const [start, end] = [footOn(ring, line[0]), footOn(ring, line[line.length - 1])];
  if (start.distance > reach || end.distance > reach || start.where === end.where) return null;
  const pieces = [walk(ring, end.where, start.where), walk(ring, start.where, end.where).reverse()].map((way) => [
    ...line,
    ...way,
    line[0],
  ]);
  const [small] = pieces.sort((a, b) => Math.abs(areaOf(a)) - Math.abs(areaOf(b)));
  return { type: "Polygon", coordinates: [small] };
}

/**
 * The place on an open ring that is nearest: the number of its edge, and how far along that.
 * @param {LonLat[]} ring
 * @param {LonLat} at
 */
function footOn(ring, [x, y]) {
  let best = { where: 0, distance: Infinity };
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    const distance = Math.hypot(ax + part * (bx - ax) - x, ay + part * (by - ay) - y);
    if (distance < best.distance) best = { where: i + part, distance };
  });
  return best;
}

/**
 * The corners met from one place of an open ring onward to another.
 * @param {LonLat[]} ring
 * @param {number} from
 * @param {number} to
 */
function walk(ring, from, to) {
  const until = to > from ? to : to + ring.length;
  const met = [];
  for (let i = Math.floor(from) + 1; i <= until; i += 1) met.push(ring[i % ring.length]);
  return met;
}

/** Twice the signed area. @param {LonLat[]} ring closed */
function areaOf(ring) {
  let sum = 0;
  for (let i = 1; i < ring.length; i += 1) sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  return sum;
}

/**
 * The grid under a pointer and what it carries.
 * @param {import("./types.js").RedrawState} state
 * @param {LonLat} at
 * @returns {{grid: Grid, n: number|null}|null}
 */
export function carriedAt({ draft, assets, measure }, at) {
  const grid = draft && gridAt(draft.now, at);
  return grid ? { grid, n: assets && sumIn(grid.geometry, assets.things, measure) } : null;
}
