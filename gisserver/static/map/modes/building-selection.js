/** Selecting buildings of a grid: those inside a box that is drawn, or the one that is clicked. */

import { contains } from "../redraw/geometry.js";
import { chosenOf } from "../redraw/picks.js";
import { placeOf } from "../results.js";

/** @typedef {[number, number, number, number]} Box  west, south, east, north in degrees */
/** @typedef {import("../redraw/types.js").LonLat} LonLat */

/**
 * @param {object} parts
 * @param {import("../map/engine.js").Engine} parts.engine
 * @param {import("../redraw/store.js").RedrawStore} parts.redrawStore
 * @param {import("../redraw/doors.js").Doors} parts.doors
 * @param {number} parts.reach  a box narrower than so many pixels is a click
 */
export function createBuildingSelection({ engine, redrawStore, doors, reach }) {
  /** In pixels, the larger of width and height. @param {Box} box */
  function widthOf([west, south, east, north]) {
    const [a, b] = [engine.project([west, south]), engine.project([east, north])];
    return Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y));
  }

  /** A box with a fingertip's room on each side. @param {Box} box @returns {Box} */
  function around([west, south, east, north]) {
    const room = (1e-4 * reach) / Math.max(1, widthOf([west, south, west + 1e-4, south]));
    return [west - room, south - room, east + room, north + room];
  }

  /**
   * Choose the buildings of the first grid inside a box, or the one that was clicked twice.
   * @param {import("../map/sketch.js").Drawing} drawing
   */
  return async function choose(drawing) {
    const box = placeOf(drawing)?.bounds;
    if (!box) return;
    const clicked = widthOf(box) < reach;
    const found = await redrawStore.ask(() => doors.buildings(clicked ? around(box) : box));
    const { draft, picks, buildings } = redrawStore.get();
    const home = draft?.now[picks[0]]?.geometry;
    const inside = (found ?? [])
      .map(({ id, geometry }) => ({ id, at: /** @type {LonLat} */ (geometry.coordinates) }))
      .filter(({ at }) => contains(home, at));
    redrawStore.hold({ buildings: chosenOf(buildings, clicked ? inside.slice(0, 1) : inside, clicked) });
  };
}
