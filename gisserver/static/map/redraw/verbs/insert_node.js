/** Add a corner: a click on a border. */

import { point, verb } from "./verb.js";

export const insertNode = verb({
  name: "insert_node",
  shortcut: "i",
  icon: "M2.5 16.5l4.7-3.7M12.8 8.2l4.7-3.7M10 7.2a3.3 3.3 0 1 1 0 6.6a3.3 3.3 0 0 1 0-6.6M10 9v3M8.5 10.5h3",
  snap: "edge",
  ofPlace: ({ at, edge }) => ({
    verb: "insert_node",
    at: point(at),
    ...(edge && { edge: { type: "LineString", coordinates: edge } }),
  }),
});
