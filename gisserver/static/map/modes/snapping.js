/** Snapping: which corner, border, road or wall the pointer means, and the grids whose corners one may want. */

import { contains, near, nearAmong } from "../redraw/geometry.js";

/** @typedef {import("../redraw/types.js").LonLat} LonLat */

/**
 * @param {object} parts
 * @param {() => import("../redraw/types.js").Grids} parts.grids  of the draft, as it is now
 * @param {import("../map/engine.js").Engine} parts.engine
 * @param {() => string[]} parts.guides  the sources that a border may follow: roads, buildings
 * @param {number} parts.reach  how near the pointer has to be, in pixels
 */
export function createSnapping({ grids, engine, guides, reach }) {
  /** On the draft's own borders. @param {LonLat} at @param {"any"|"corner"|"edge"} [wanted] */
  const nearest = (at, wanted) => near(grids(), at, engine.project, reach, wanted);

  /** Along a road or a wall. @param {LonLat} at @returns {LonLat|null} */
  const followed = (at) => nearAmong(engine.guides(at, reach, guides()), at, engine.project, reach)?.at ?? null;

  return {
    nearest,
    followed,
    /**
     * Where a point is meant to be: on the draft's own borders first, else along a road or a wall.
     * @param {LonLat} at
     * @returns {LonLat|null}
     */
    meant: (at) => nearest(at)?.at ?? followed(at),
    /**
     * Those whose corners one may want: the grid under the pointer, and that beyond the border it is near to.
     * @param {LonLat} at
     * @returns {string[]} codes, in order
     */
    gridsAround: (at) =>
      Object.values(grids())
        .filter(
          (grid) => contains(grid.geometry, at) || near({ [grid.code]: grid }, at, engine.project, reach) !== null,
        )
        .map(({ code }) => code)
        .sort(),
  };
}
