/** Reshape: a line from border to border becomes the border. */

import { cutBy } from "../counting.js";
import { needsTwoGrids, verb } from "./verb.js";

export const reshape = verb({
  name: "reshape",
  shortcut: "r",
  icon: "M3.5 4h13v12h-13zM10 4c-4 4 4 8 0 12",
  disabled: needsTwoGrids,
  shape: () => "line",
  ofDrawing: (drawing) => ({ verb: "reshape", line: drawing }),
  shifts({ draft, hand }, inside) {
    const cut = cutBy(draft.now, hand);
    if (!cut) return [];
    const less = inside(cut.part);
    /** @param {import("../types.js").Grid} grid @param {number} change */
    const shift = ({ code, geometry }, change) => ({
      code,
      before: inside(geometry),
      after: inside(geometry) + change,
    });
    return [shift(cut.grid, -less), ...(cut.beside ? [shift(cut.beside, less)] : [])];
  },
});
