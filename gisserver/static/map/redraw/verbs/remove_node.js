/** Delete a corner: a click on it. */

import { point, verb } from "./verb.js";

export const removeNode = verb({
  name: "remove_node",
  shortcut: "x",
  icon: "M2.5 16.5l4.7-3.7M12.8 8.2l4.7-3.7M10 7.2a3.3 3.3 0 1 1 0 6.6a3.3 3.3 0 0 1 0-6.6M8.5 10.5h3",
  snap: "corner",
  ofPlace: ({ at }) => ({ verb: "remove_node", node: point(at) }),
});
