/** PURE: what the hand would move if it let go now. The server's preview has the last word. */

import { sumIn } from "./counting.js";
import { verbNamed } from "./verbs/all.js";

/** @typedef {import("./counting.js").Shift} Shift */

/**
 * Nothing while that is unknown.
 * @param {import("./types.js").RedrawState} state
 * @returns {Shift[]}
 */
export function shiftsOf(state) {
  const { draft, assets, tool, dragged, measure } = state;
  if (!draft || !assets || !tool) return [];
  /** @param {any} geometry */
  const inside = (geometry) => sumIn(geometry, assets.things, measure);
  if (dragged.length > 0)
    return dragged.map(({ code, geometry }) => ({
      code,
      before: inside(draft.now[code].geometry),
      after: inside(geometry),
    }));
  return verbNamed(tool)?.shifts({ ...state, draft, assets }, inside) ?? [];
}
