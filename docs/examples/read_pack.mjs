/**
 * Read a pack without a network: the grid of a place, as the server says it, and places by address.
 *
 * Usage: node read_pack.mjs CODE.json.gz < places.json  (a list of [longitude, latitude]; a list of codes comes out)
 */

/** Distances count to a micrometre. */
const EXACT_MM = 5e-4;

/** The grids and addresses of an area, coordinates in whole millimetres of its survey CRS. */
export class Pack {
  /** @param {any} document what the file CODE.json.gz holds */
  constructor(document) {
    if (document.format !== "gisserver-pack-1") throw new Error(`This reader does not know ${document.format}.`);
    this.crs = document.crs;
    this.toleranceM = document.tolerance_m;
    this.addresses = document.addresses;
    // In the order of codes: on a shared border the first is responsible. Without a code: other people's ground.
    this.grids = document.grids.map((grid) => ({
      code: grid.code,
      polygons: grid.polygons.map((polygon) => polygon.map(vertices)),
    }));
  }

  /** The code of the grid responsible for a place in degrees (CGCS2000, WGS 84), or null. */
  gridAt(longitude, latitude) {
    return this.gridOf(...project(this.crs, longitude, latitude));
  }

  /** The code of the grid of a place in millimetres: inside or on a border, else the nearest in reach. */
  gridOf(x, y) {
    let best = Infinity;
    let found = null;
    for (const { code, polygons } of this.grids) {
      const millimetres = Math.min(...polygons.map((polygon) => distance(polygon, x, y)));
      const metres = Math.floor((millimetres / 1000) * 1e6 + 0.5) / 1e6;
      if (metres <= this.toleranceM && metres < best) [best, found] = [metres, code];
    }
    return found;
  }

  /** The buildings whose address, name or code has a text in it. */
  find(text) {
    return this.addresses.filter((each) => [each.address, each.name, each.code].some((part) => part?.includes(text)));
  }
}

/** Degrees as whole millimetres of the survey CRS (transverse Mercator by Krüger's series to n^6). */
export function project(crs, longitude, latitude) {
  if (crs.method !== "transverse_mercator") throw new Error(`This reader does not project to EPSG:${crs.srid}.`);
  const f = 1 / crs.inverse_flattening;
  const n = f / (2 - f);
  const alpha = [
    n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3 + (41 / 180) * n ** 4 - (127 / 288) * n ** 5 + (7891 / 37800) * n ** 6,
    (13 / 48) * n ** 2 - (3 / 5) * n ** 3 + (557 / 1440) * n ** 4 + (281 / 630) * n ** 5 - (1983433 / 1935360) * n ** 6,
    (61 / 240) * n ** 3 - (103 / 140) * n ** 4 + (15061 / 26880) * n ** 5 + (167603 / 181440) * n ** 6,
    (49561 / 161280) * n ** 4 - (179 / 168) * n ** 5 + (6601661 / 7257600) * n ** 6,
    (34729 / 80640) * n ** 5 - (3418889 / 1995840) * n ** 6,
    (212378941 / 319334400) * n ** 6,
  ];
  const radius = (crs.semi_major_m / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64 + n ** 6 / 256);
  const e = Math.sqrt(f * (2 - f));
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const conformal = (degrees) => {
    const sine = Math.sin(radians(degrees));
    return Math.sinh(Math.atanh(sine) - e * Math.atanh(e * sine));
  };
  const turned = (t, angle) => {
    const xi = Math.atan2(t, Math.cos(angle));
    const eta = Math.asinh(Math.sin(angle) / Math.hypot(t, Math.cos(angle)));
    const sum = (part) => alpha.reduce((total, a, j) => total + a * part(2 * (j + 1)), 0);
    return [
      xi + sum((k) => Math.sin(k * xi) * Math.cosh(k * eta)),
      eta + sum((k) => Math.cos(k * xi) * Math.sinh(k * eta)),
    ];
  };
  const [north, east] = turned(conformal(latitude), radians(longitude - crs.central_meridian));
  const [origin] = turned(conformal(crs.latitude_of_origin), 0);
  const x = crs.false_easting + crs.scale * radius * east;
  const y = crs.false_northing + crs.scale * radius * (north - origin);
  return [Math.floor(x * 1000 + 0.5), Math.floor(y * 1000 + 0.5)];
}

/** The vertices of a ring that is written as its first one and the steps to the others. */
function vertices(steps) {
  const found = [];
  let [x, y] = [0, 0];
  for (let i = 0; i < steps.length; i += 2) found.push([(x += steps[i]), (y += steps[i + 1])]);
  return found;
}

/** How far a place is from a polygon: 0 inside and on its border. Whole numbers below 2^53: exact. */
function distance(polygon, x, y) {
  let inside = false;
  let nearest = Infinity;
  for (const ring of polygon) {
    for (let i = 0; i < ring.length; i++) {
      const [ax, ay] = ring[i];
      const [bx, by] = ring[(i + 1) % ring.length];
      const [dx, dy, px, py] = [bx - ax, by - ay, x - ax, y - ay];
      const cross = dx * py - dy * px;
      if (ay > y !== by > y && cross > 0 === dy > 0) inside = !inside;
      const along = dx * px + dy * py;
      const length = dx * dx + dy * dy;
      let far = Math.abs(cross) / Math.sqrt(length);
      if (along <= 0) far = Math.hypot(px, py);
      else if (along >= length) far = Math.hypot(x - bx, y - by);
      nearest = Math.min(nearest, far);
    }
  }
  return inside || nearest < EXACT_MM ? 0 : nearest;
}

if (import.meta.url.endsWith(process.argv[1]?.split("/").pop())) {
  const { readFileSync } = await import("node:fs");
  const { gunzipSync } = await import("node:zlib");
  const pack = new Pack(JSON.parse(gunzipSync(readFileSync(process.argv[2])).toString()));
  const places = JSON.parse(readFileSync(0, "utf8"));
  process.stdout.write(JSON.stringify(places.map(([longitude, latitude]) => pack.gridAt(longitude, latitude))));
}
