/** Small pieces that the parts of the redraw panel share. */

import { h } from "../../dom.js";
import { labelOf } from "../../i18n/translate.js";

/**
 * What is published for later is not in effect yet, and says so.
 * @param {import("../../redraw/types.js").Row} row
 * @param {import("../../types.js").Translate} t
 */
export function statusTag({ status, effective_at: at }, t) {
  const shown = status === "published" && at && Date.parse(at) > Date.now() ? "scheduled" : status;
  return h("span", { class: "redraw-status", "data-status": shown }, labelOf(t, "redraw_status", shown));
}

/**
 * Let a part of the panel draw itself again whenever the language or some of the redraw store's state changes.
 * @param {import("./panel.js").PanelContext} panelContext
 * @param {(keyof import("../../redraw/types.js").RedrawState)[]} keys
 * @param {() => void} render
 */
export function keepDrawn({ context, redrawStore }, keys, render) {
  redrawStore.on(keys, render);
  context.store.on(["lang"], render);
  render();
}
