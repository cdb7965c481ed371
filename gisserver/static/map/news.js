/** Notices that others have published: asks, while the page is shown, for the version of the grids' tiles. */

/** A colleague's new borders are on the map within this time. */
const PAUSE_MS = 15_000;
/** Here a district lies in one tile or two, which a 304 answers without a query. */
const ZOOM = 8;

/**
 * @param {[number, number, number, number]|null} bounds  west, south, east, north; null: the whole world
 * @returns {string[]} addresses of the tiles that hold all grids
 */
export function tilesOver(bounds) {
  if (!bounds) return ["/tiles/grids/0/0/0.mvt"];
  const [west, south, east, north] = bounds;
  const side = 2 ** ZOOM;
  const column = (/** @type {number} */ lon) => Math.min(side - 1, Math.max(0, Math.floor(((lon + 180) / 360) * side)));
  const row = (/** @type {number} */ lat) => Math.min(side - 1, Math.max(0, Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * side)));
  const span = (/** @type {number} */ a, /** @type {number} */ b) => Array.from({ length: b - a + 1 }, (_, i) => a + i);
  return span(column(west), column(east)).flatMap((x) => span(row(north), row(south)).map((y) => `/tiles/grids/${ZOOM}/${x}/${y}.mvt`));
}

/** @param {string[]} tiles @returns {Promise<string>} changes whenever a grid does; "" where it can't be told */
export async function tagOfTiles(tiles) {
  const answers = await Promise.all(tiles.map((tile) => fetch(tile, { cache: "no-cache" })));
  return answers.every(({ ok }) => ok) ? answers.map(({ headers }) => headers.get("etag")).join() : "";
}

/** Until it is time to look again: after the pause while the page is shown, at once when it is shown again. @returns {Promise<void>} */
export function nextLook() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState !== "visible") return;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    const timer = setInterval(look, PAUSE_MS);
    document.addEventListener("visibilitychange", look);
  });
}

/**
 * Looks for ever, or until `wait` rejects. No answer is no news: the network is watched elsewhere.
 * @param {object} parts
 * @param {() => Promise<string>} parts.tag  of what is current
 * @param {() => Promise<void>} parts.wait
 * @param {() => void} parts.onChange
 * @param {() => void} parts.onSame
 */
export async function watchPartition({ tag, wait, onChange, onSame }) {
  let known = await tag().catch(() => "");
  for (;;) {
    await wait();
    const now = await tag().catch(() => known);
    if (now && now !== known) onChange(); // also where nothing was known, for who knows what has come meanwhile
    else onSame();
    known = now || known;
  }
}
