/** What the forms of verbs share: the grid that was picked, a labelled input, the button that sends. */

import { h } from "../../dom.js";

/** @typedef {import("../../panels/redraw/panel.js").PanelContext} PanelContext */

/** @param {PanelContext} panelContext @param {number} index */
export function pickOf({ redrawStore }, index) {
  const { picks, draft } = redrawStore.get();
  return draft?.now[picks[index]];
}

/** @param {string} label @param {HTMLElement} input */
export const field = (label, input) => h("label", { class: "field" }, h("span", {}, label), input);

/** @param {PanelContext} panelContext @param {string} key @param {boolean} ready @param {() => void} act */
export const go = ({ context: { t }, redrawStore }, key, ready, act) =>
  h(
    "button",
    {
      type: "button",
      class: "primary",
      "data-key": "go",
      disabled: !ready || redrawStore.get().busy,
      onclick: act,
    },
    t(key),
  );
