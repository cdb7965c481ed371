/** The keyboard of redrawing: a letter for each tool, Enter, Escape, undo and redo. */

import { verbOfKey } from "../redraw/verbs/all.js";

/** Where a key belongs to what has the focus. */
const TYPING = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";
const PRESSING = "button, a, summary, [role=option]";

/**
 * What a key means; null when it means nothing here.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean, altKey: boolean}} event
 * @returns {{act: "undo"|"redo"|"cancel"|"finish"|"back"}|{tool: string}|null}
 */
export function meaningOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  const letter = key.toLowerCase();
  if (altKey) return null;
  if (ctrlKey || metaKey) {
    if (letter === "y" || (letter === "z" && shiftKey)) return { act: "redo" };
    return letter === "z" ? { act: "undo" } : null;
  }
  if (key === "Escape") return { act: "cancel" };
  if (key === "Enter") return { act: "finish" };
  if (key === "Backspace") return { act: "back" };
  const tool = verbOfKey(key);
  return tool ? { tool } : null;
}

/**
 * @param {import("../redraw/store.js").RedrawStore} redrawStore
 * @param {import("./redraw.js").Redrawing} drawController
 */
export function listenToKeys(redrawStore, drawController) {
  document.addEventListener("keydown", (event) => {
    const { open, view, redraw } = redrawStore.get();
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || event.isComposing || !open || view !== "one" || !redraw?.may.includes("draw")) return;
    const meaning = meaningOf(event);
    const typing = target.closest?.(TYPING);
    if (!meaning || (typing && !("act" in meaning && meaning.act === "cancel"))) return;
    if ("tool" in meaning) redrawStore.use(meaning.tool);
    else if (meaning.act === "finish" && target.closest?.(PRESSING)) return;
    else drawController[meaning.act]();
    event.preventDefault();
  });
}
