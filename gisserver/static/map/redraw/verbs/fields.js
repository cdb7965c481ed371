/** What the forms of verbs share: the grid that was picked, a labelled input, the button that sends. */

import { h } from "../../dom.js";

/** @typedef {import("../../panels/redraw/panel.js").Bench} Bench */

/** @param {Bench} bench @param {number} index */
export function pickOf({ desk }, index) {
  const { picks, draft } = desk.get();
  return draft?.now[picks[index]];
}

/** @param {string} label @param {HTMLElement} input */
export const field = (label, input) => h("label", { class: "field" }, h("span", {}, label), input);

/** @param {Bench} bench @param {string} key @param {boolean} ready @param {() => void} act */
export const go = ({ context: { t }, desk }, key, ready, act) =>
  h(
    "button",
    {
      type: "button",
      class: "primary",
      "data-key": "go",
      disabled: !ready || desk.get().busy,
      onclick: act,
    },
    t(key),
  );
