/** PURE: the keyboard of the review queue. */

/**
 * @typedef {"dismiss"|"next"|"back"|"undo"|"preview"|"find"|"many"|"yes"|"no"} Act
 * @typedef {{act: "choose", candidate: number}|{act: Act}} Meaning
 */

/** The keys that the page shows, in its order. */
export const SHOWN = /** @type {const} */ ([
  ["1–9", "choose"],
  ["P", "preview"],
  ["X", "dismiss"],
  ["S", "next"],
  ["A", "back"],
  ["U", "undo"],
  ["/", "find"],
  ["B", "many"],
]);

/** @type {Record<string, Act>} */
const ACTS = {
  p: "preview",
  x: "dismiss",
  s: "next",
  arrowright: "next",
  a: "back",
  arrowleft: "back",
  u: "undo",
  "/": "find",
  b: "many",
  enter: "yes",
  escape: "no",
};

/**
 * What a key means; null when it means nothing here.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @returns {Meaning|null}
 */
export function meaningOf({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[1-9]$/.test(key)) return { act: "choose", candidate: Number(key) };
  const act = ACTS[key.toLowerCase()];
  return act ? { act } : null;
}
