/** All verbs, in the order of the toolbar. */

import { insertNode } from "./insert_node.js";
import { merge } from "./merge.js";
import { moveNode } from "./move_node.js";
import { removeNode } from "./remove_node.js";
import { rename } from "./rename.js";
import { reshape } from "./reshape.js";
import { setKind } from "./set_kind.js";
import { splitBalanced } from "./split_balanced.js";
import { split } from "./split.js";
import { transfer } from "./transfer.js";

export const VERBS = [
  split,
  reshape,
  merge,
  transfer,
  moveNode,
  insertNode,
  removeNode,
  rename,
  setKind,
  splitBalanced,
];

/** @param {string|null} name @returns {import("./verb.js").Verb|null} */
export const verbNamed = (name) => VERBS.find((verb) => verb.name === name) ?? null;

/** @param {string} key as the keyboard tells it @returns {string|null} the verb that it chooses */
export const verbOfKey = (key) => VERBS.find((verb) => verb.shortcut === key.toLowerCase())?.name ?? null;

/**
 * What is to be done next, as a key of the catalogue.
 * @param {import("./verb.js").State & {tool: string|null, drawn: boolean}} state
 */
export function hintOf(state) {
  const verb = verbNamed(state.tool);
  if (!verb) return "redraw.hint.none";
  return state.drawn ? "redraw.hint.mend" : verb.hint(state);
}
