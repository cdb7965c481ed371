/** What a pointer or a finger means on a MapLibre map: what lies under it, a long press, a drag. */

/** @typedef {import("maplibre-gl").Map} MapLibre */
/**
 * @typedef {object} Hit
 * @property {string} source
 * @property {string} layer  in the tiles
 * @property {number|string} id
 * @property {Record<string, any>} properties
 * @property {[number, number]} at
 *
 * @typedef {object} PointerNews
 * @property {Hit|null} hit
 * @property {[number, number]} at
 * @property {boolean} border  whether one of a grid is within reach
 *
 * @typedef {object} PointerListeners
 * @property {(at: [number, number]) => boolean} [down]  true keeps the map from moving along
 * @property {(at: [number, number]) => void} [move]
 * @property {(at: [number, number]) => void} [up]
 */

/** A finger or a pointer need not hit a small dot exactly. */
const REACH_PX = 5;
const LONG_PRESS_MS = 550;

/**
 * @param {MapLibre} map
 * @param {import("maplibre-gl").Point} point
 * @param {string[]} order  of sources
 * @returns {PointerNews}
 */
export function newsAt(map, point, order) {
  const { lng, lat } = map.unproject(point);
  /** @type {[[number, number], [number, number]]} */
  const reach = [
    [point.x - REACH_PX, point.y - REACH_PX],
    [point.x + REACH_PX, point.y + REACH_PX],
  ];
  const near = map.queryRenderedFeatures(reach, { layers: ["incidents-point", "incidents-cluster"] });
  const under = map.queryRenderedFeatures(point);
  const border = map.queryRenderedFeatures(reach, { layers: ["grids-line"] }).length > 0;
  for (const source of order) {
    const found = [...near, ...under].find((f) => f.source === source && f.id !== undefined);
    if (found?.id !== undefined) {
      const layer = found.sourceLayer ?? source;
      return {
        at: [lng, lat],
        border,
        hit: { source, layer, id: found.id, properties: found.properties, at: [lng, lat] },
      };
    }
  }
  return { at: [lng, lat], border, hit: null };
}

/**
 * @param {MapLibre} map
 * @param {(point: import("maplibre-gl").Point) => void} listener
 */
export function onLongPress(map, listener) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  /** @param {import("maplibre-gl").MapTouchEvent} event */
  const start = (event) => {
    stop();
    if (event.points.length === 1) timer = window.setTimeout(() => listener(event.point), LONG_PRESS_MS);
  };
  map.on("touchstart", start);
  map.on("touchmove", stop);
  map.on("touchend", stop);
  map.on("touchcancel", stop);
  return () => {
    stop();
    map.off("touchstart", start);
    map.off("touchmove", stop);
    map.off("touchend", stop);
    map.off("touchcancel", stop);
  };
}

/**
 * @param {MapLibre} map
 * @param {PointerListeners} listeners
 */
export function onPointer(map, { down, move, up }) {
  /** @typedef {import("maplibre-gl").MapMouseEvent|import("maplibre-gl").MapTouchEvent} Pointing */
  /** @param {Pointing} event @returns {[number, number]} */
  const at = ({ lngLat }) => [lngLat.lng, lngLat.lat];
  /** @param {Pointing} event */
  const alone = (event) => !("points" in event) || event.points.length === 1;
  const handlers = {
    down: (/** @type {Pointing} */ event) => {
      if (alone(event) && down?.(at(event))) event.preventDefault();
    },
    move: (/** @type {Pointing} */ event) => {
      if (alone(event)) move?.(at(event));
    },
    up: (/** @type {Pointing} */ event) => up?.(at(event)),
  };
  /** @type {["mousedown"|"touchstart"|"mousemove"|"touchmove"|"mouseup"|"touchend", keyof typeof handlers][]} */
  const pairs = [
    ["mousedown", "down"],
    ["touchstart", "down"],
    ["mousemove", "move"],
    ["touchmove", "move"],
    ["mouseup", "up"],
    ["touchend", "up"],
  ];
  for (const [type, name] of pairs) map.on(type, handlers[name]);
  return () => {
    for (const [type, name] of pairs) map.off(type, handlers[name]);
  };
}
