/** <map-modes>: what else the map does: redrawing grids, and looking into their past. */

import { h, icon, refill } from "../dom.js";

/** @typedef {import("../types.js").Context} Context */

export class MapModes extends HTMLElement {
  /**
   * @param {Context} context
   * @param {import("../redraw/store.js").RedrawStore} redrawStore
   * @param {import("../modes/redraw.js").Redrawing} drawController
   */
  connect({ store, t }, redrawStore, drawController) {
    // One at a time: a draft stands on the present grids.
    const redraw = () => {
      if (!drawController.mayLeave()) return;
      store.set({ history: false, at: null });
      redrawStore.show(!redrawStore.get().open);
    };
    const past = () => {
      if (!drawController.mayLeave()) return;
      const { history } = store.get();
      if (!history) redrawStore.show(false);
      store.set({ history: !history, ...(history && { at: null }) });
    };
    const render = () => {
      const { history } = store.get();
      const { open } = redrawStore.get();
      this.setAttribute("aria-label", t("modes.label"));
      refill(
        this,
        h(
          "button",
          { type: "button", "data-key": "redraw", "aria-pressed": String(open), onclick: redraw },
          icon("redraw"),
          h("span", {}, t("modes.redraw")),
        ),
        h(
          "button",
          { type: "button", "data-key": "history", "aria-pressed": String(history), onclick: past },
          icon("history"),
          h("span", {}, t("modes.history")),
        ),
      );
    };
    store.on(["lang", "history"], render);
    redrawStore.on(["open"], render);
    render();
  }
}
