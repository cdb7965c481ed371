/** Move a corner: it is dragged, and every grid that has it follows. */

import { point, verb } from "./verb.js";

export const moveNode = verb({
  name: "move_node",
  shortcut: "n",
  icon:
    "M10 8a2 2 0 1 1 0 4a2 2 0 0 1 0-4M10 2v3.5M10 14.5V18M2 10h3.5M14.5 10H18" +
    "M8.5 3.5L10 2l1.5 1.5M8.5 16.5L10 18l1.5-1.5M3.5 8.5L2 10l1.5 1.5M16.5 8.5L18 10l-1.5 1.5",
  snap: "corner",
  ofDrag: (from, to) => ({ verb: "move_node", node: point(from), to: point(to) }),
});
