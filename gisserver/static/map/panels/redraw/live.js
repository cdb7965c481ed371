/** What the drawing in hand would move, as a person draws: each grid before and after. */

import { h } from "../../dom.js";
import { count } from "../../format.js";
import { shiftsOf } from "../../redraw/shifts.js";
import { nameOf } from "../../redraw/draft.js";
import { keepDrawn } from "./status.js";

/** @param {import("./panel.js").PanelContext} panelContext */
export function liveOf(panelContext) {
  const {
    context: { t, store },
    redrawStore,
  } = panelContext;
  const element = h("ul", { class: "live" });
  keepDrawn(
    panelContext,
    ["hand", "dragged", "picks", "keep", "buildings", "tool", "draft", "assets", "measure", "byBuildings"],
    () => {
      const { draft, measure } = redrawStore.get();
      const { lang } = store.get();
      const shifts = shiftsOf(redrawStore.get());
      element.hidden = shifts.length === 0;
      element.setAttribute("aria-label", t(`field.${measure}`));
      element.replaceChildren(
        ...shifts.map(({ code, before, after }) =>
          h(
            "li",
            {},
            h("span", {}, code ? nameOf(draft?.now[code], draft?.places) : t("redraw.new_grid")),
            h("span", {}, count(before, lang), " → ", h("b", {}, count(after, lang))),
            h(
              "span",
              { class: "delta", "data-delta": String(Math.sign(after - before)) },
              signed(after - before, lang),
            ),
          ),
        ),
        shifts.length > 0 ? h("li", { class: "unit" }, t(`field.${measure}`)) : "",
      );
    },
  );
  return element;
}

/** @param {number} n @param {import("../../types.js").Lang} lang */
export const signed = (n, lang) => (n === 0 ? "±0" : `${n > 0 ? "+" : "−"}${count(Math.abs(n), lang)}`);
