/** <map-modes>: what else the map does: redrawing grids, and looking into their past. */

import { h, icon, refill } from "../dom.js";

/** @typedef {import("../types.js").Context} Context */

export class MapModes extends HTMLElement {
  /** @param {Context} context @param {import("../redraw/desk.js").Desk} desk @param {import("../modes/redraw.js").Redrawing} hands */
  connect({ store, t }, desk, hands) {
    // One at a time: a draft stands on the present grids.
    const redraw = () => {
      if (!hands.mayLeave()) return;
      store.set({ history: false, at: null });
      desk.show(!desk.get().open);
    };
    const past = () => {
      if (!hands.mayLeave()) return;
      const { history } = store.get();
      if (!history) desk.show(false);
      store.set({ history: !history, ...(history && { at: null }) });
    };
    const render = () => {
      const { history } = store.get();
      const { open } = desk.get();
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
    desk.on(["open"], render);
    render();
  }
}
