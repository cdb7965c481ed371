/** Everything that is read of a redraw when it is opened. */

import { draftOf } from "./draft.js";

/** @typedef {import("./doors.js").Doors} Doors */

/**
 * The redraw, its commands and counts, and the grids it is drawn on.
 * @param {Doors} doors
 * @param {number} id
 */
export async function contentsOf(doors, id) {
  const redraw = await doors.read(id);
  const [grids, preview, commands] = await Promise.all([
    doors.grids(redraw.communities),
    previewOf(doors, redraw),
    doors.commands(id),
  ]);
  // What is in effect lies in the tiles already.
  const inEffect = redraw.status === "published" && Date.parse(redraw.effective_at ?? "") <= Date.now();
  const changed = inEffect ? [] : (preview?.grids ?? []);
  return {
    redraw,
    commands,
    preview,
    draft: draftOf(grids, changed),
    warnings: redraw.status === "draft" ? (preview?.warnings ?? []) : [],
  };
}

/**
 * What the redraw would do; null when there is nothing to count.
 * @param {Doors} doors
 * @param {import("./types.js").Redraw} redraw
 * @returns {Promise<import("./types.js").Preview|null>}
 */
export const previewOf = async (doors, { id, status, conflict, commands }) =>
  status === "withdrawn" || conflict || commands === 0 ? null : doors.preview(id);
