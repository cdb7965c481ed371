/** PURE: where a pointer is among the borders of grids: inside which one, near which corner, beside which edge. */

/** @typedef {import("./types.js").LonLat} LonLat */
/** @typedef {import("./types.js").Grid} Grid */
/** @typedef {import("./types.js").Grids} Grids */
/** @typedef {(at: LonLat) => {x: number, y: number}} Project  to pixels of the screen */
/** @typedef {{kind: "corner"|"edge", at: LonLat, edge: [LonLat, LonLat]|null}} Near */

/** What the doors answer with; further digits would be below a millimetre. */
const DIGITS = 8;

/** @param {number} degrees */
const rounded = (degrees) => Number(degrees.toFixed(DIGITS));

/**
 * @param {any} geometry  polygonal
 * @returns {LonLat[][]} its rings, the first point repeated at the end
 */
export function ringsOf(geometry) {
  if (!geometry) return [];
  return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
}

/**
 * By the even-odd rule; which side a border belongs to is the server's business.
 * @param {any} geometry
 * @param {LonLat} at
 */
export function contains(geometry, [x, y]) {
  let inside = false;
  for (const ring of ringsOf(geometry)) {
    for (let i = 1; i < ring.length; i += 1) {
      const [[ax, ay], [bx, by]] = [ring[i - 1], ring[i]];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
  }
  return inside;
}

/** @param {Grids} grids @param {LonLat} at @returns {Grid|null} */
export function gridAt(grids, at) {
  return Object.values(grids).find(({ geometry }) => contains(geometry, at)) ?? null;
}

/**
 * The corner within reach, else the place on an edge within reach that is nearest.
 * @param {Grids} grids
 * @param {LonLat} at
 * @param {Project} project
 * @param {number} reach  pixels
 * @param {"any"|"corner"|"edge"} [wanted]
 * @returns {Near|null}
 */
export function near(grids, at, project, reach, wanted = "any") {
  return nearAmong(edgesNear(grids, at, degreesOf(at, project, reach)), at, project, reach, wanted);
}

/**
 * The same among bare edges, such as those of roads and buildings.
 * @param {Iterable<[LonLat, LonLat]>} edges
 * @param {LonLat} at
 * @param {Project} project
 * @param {number} reach  pixels
 * @param {"any"|"corner"|"edge"} [wanted]
 * @returns {Near|null}
 */
export function nearAmong(edges, at, project, reach, wanted = "any") {
  const here = project(at);
  /** @type {{distance: number, found: Near}|null} */
  let corner = null;
  /** @type {{distance: number, found: Near}|null} */
  let edge = null;
  for (const [a, b] of edges) {
    const [pa, pb] = [project(a), project(b)];
    for (const [end, point] of /** @type {[LonLat, {x: number, y: number}][]} */ ([
      [a, pa],
      [b, pb],
    ])) {
      const toCorner = Math.hypot(point.x - here.x, point.y - here.y);
      if (toCorner <= reach && toCorner < (corner?.distance ?? Infinity))
        corner = { distance: toCorner, found: { kind: "corner", at: end, edge: null } };
    }
    const part = partAlong(pa, pb, here);
    const toEdge = Math.hypot(pa.x + part * (pb.x - pa.x) - here.x, pa.y + part * (pb.y - pa.y) - here.y);
    if (toEdge <= reach && toEdge < (edge?.distance ?? Infinity)) {
      edge = {
        distance: toEdge,
        found: {
          kind: "edge",
          at: [rounded(a[0] + part * (b[0] - a[0])), rounded(a[1] + part * (b[1] - a[1]))],
          edge: [a, b],
        },
      };
    }
  }
  if (wanted === "corner") return corner?.found ?? null;
  return (wanted === "any" ? corner?.found : null) ?? edge?.found ?? null;
}

/**
 * @param {{x: number, y: number}} a
 * @param {{x: number, y: number}} b
 * @param {{x: number, y: number}} p
 * @returns {number} 0 at a, 1 at b
 */
function partAlong(a, b, p) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  return length === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length));
}

/**
 * How many degrees a reach in pixels is, with room to spare.
 * @param {LonLat} at
 * @param {Project} project
 * @param {number} reach
 */
function degreesOf([lon, lat], project, reach) {
  const step = 1e-4;
  const [here, east] = [project([lon, lat]), project([lon + step, lat])];
  return (1.2 * reach * step) / Math.max(1e-9, Math.hypot(east.x - here.x, east.y - here.y));
}

/**
 * The edges whose box is within `span` degrees of a place; most of a community is sorted out by this.
 * @param {Grids} grids
 * @param {LonLat} at
 * @param {number} span
 */
function* edgesNear(grids, [x, y], span) {
  for (const { geometry } of Object.values(grids)) {
    for (const ring of ringsOf(geometry)) {
      for (let i = 1; i < ring.length; i += 1) {
        const [a, b] = [ring[i - 1], ring[i]];
        if (
          Math.min(a[0], b[0]) - span <= x &&
          x <= Math.max(a[0], b[0]) + span &&
          Math.min(a[1], b[1]) - span <= y &&
          y <= Math.max(a[1], b[1]) + span
        ) {
          yield /** @type {[LonLat, LonLat]} */ ([a, b]);
        }
      }
    }
  }
}

/** @param {LonLat} a @param {LonLat} b */
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/**
 * The grids at a corner, as they are when it is moved; a shared corner is the same number in all of them.
 * @param {Grids} grids
 * @param {LonLat} from
 * @param {LonLat} to
 * @returns {Grid[]}
 */
export function dragged(grids, from, to) {
  return Object.values(grids)
    .filter(({ geometry }) => ringsOf(geometry).some((ring) => ring.some((point) => same(point, from))))
    .map((grid) => ({ ...grid, geometry: moved(grid.geometry, from, to) }));
}

/** @param {any} geometry @param {LonLat} from @param {LonLat} to */
function moved(geometry, from, to) {
  /** @type {(value: any) => any} */
  const walk = (value) => (typeof value[0] === "number" ? (same(value, from) ? to : value) : value.map(walk));
  return { ...geometry, coordinates: walk(geometry.coordinates) };
}

/** So many places along a line tell which grid it cuts. */
const SAMPLES = 64;

/**
 * The grid that holds most of a line: the one that it cuts.
 * @param {Grids} grids
 * @param {LonLat[]} line
 * @returns {string|null}
 */
export function mostlyIn(grids, line) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const at of along(line)) {
    const found = gridAt(grids, at);
    if (found) counts.set(found.code, (counts.get(found.code) ?? 0) + 1);
  }
  return [...counts.entries()].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** Places evenly along a line, its ends left out. @param {LonLat[]} line @returns {LonLat[]} */
function along(line) {
  const lengths = line.slice(1).map((point, i) => Math.hypot(point[0] - line[i][0], point[1] - line[i][1]));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  return lengths.flatMap((length, i) => {
    const steps = whole === 0 ? 0 : Math.max(1, Math.round((SAMPLES * length) / whole));
    return Array.from({ length: steps }, (_, step) => {
      const part = (step + 0.5) / steps;
      return /** @type {LonLat} */ ([
        line[i][0] + part * (line[i + 1][0] - line[i][0]),
        line[i][1] + part * (line[i + 1][1] - line[i][1]),
      ]);
    });
  });
}

/** Every corner of some grids, once. @param {Grid[]} grids @returns {LonLat[]} */
export function corners(grids) {
  /** @type {Map<string, LonLat>} */
  const found = new Map();
  for (const { geometry } of grids)
    for (const ring of ringsOf(geometry)) for (const point of ring) found.set(point.join(), point);
  return [...found.values()];
}

/**
 * The edges of lines and rings, in the digits that the doors know: a pencil refuses finer ones.
 * @param {GeoJSON.Geometry} geometry
 * @returns {[LonLat, LonLat][]}
 */
export function edgesOf(geometry) {
  if (geometry.type === "Point" || geometry.type === "MultiPoint" || geometry.type === "GeometryCollection") return [];
  const lines =
    geometry.type === "LineString"
      ? [geometry.coordinates]
      : geometry.type === "MultiPolygon"
        ? geometry.coordinates.flat()
        : geometry.coordinates;
  const points = lines.map((line) => line.map(([x, y]) => /** @type {LonLat} */ ([rounded(x), rounded(y)])));
  return points.flatMap((line) => line.slice(1).map((end, i) => /** @type {[LonLat, LonLat]} */ ([line[i], end])));
}
