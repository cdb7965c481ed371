/** Chooses what is counted while drawing, and whether the grids are coloured by it. */

import { h, refill } from "../../dom.js";
import { count } from "../../format.js";
import { LOAD_COLORS } from "../../map/drawing/redraw-layers.js";
import { ordinary, tally } from "../../redraw/counting.js";
import { COUNTED } from "../../redraw/measures.js";
import { keepDrawn } from "./status.js";

/** @param {import("./panel.js").PanelContext} panelContext */
export function shadeOf(panelContext) {
  const {
    context: { t, store },
    redrawStore,
  } = panelContext;
  const element = h("div", { class: "shade" });
  keepDrawn(panelContext, ["measure", "shaded", "assets", "draft"], () => {
    const { measure, shaded, assets, draft } = redrawStore.get();
    element.hidden = !assets;
    if (!assets || !draft) return element.replaceChildren();
    const switched = (/** @type {any} */ { target }) => redrawStore.hold({ shaded: target.checked });
    refill(
      element,
      h(
        "label",
        { class: "check" },
        h("input", { type: "checkbox", checked: shaded, "data-key": "shaded", onchange: switched }),
        h("span", {}, t("redraw.shade")),
      ),
      h(
        "select",
        {
          "data-key": "measure",
          "aria-label": t("redraw.measure"),
          onchange: (/** @type {any} */ { target }) => redrawStore.hold({ measure: target.value }),
        },
        ...COUNTED.map((name) => h("option", { value: name, selected: name === measure }, t(`field.${name}`))),
      ),
      shaded &&
        h(
          "p",
          { class: "scale" },
          h("span", {}, t("redraw.too_few")),
          ...LOAD_COLORS.map(([, color]) => h("i", { style: `--swatch:${color}` })),
          h("span", {}, t("redraw.too_many")),
          h(
            "span",
            {},
            t("redraw.ordinary", {
              n: count(
                Math.round(ordinary(tally(draft.now, assets.things, measure), draft.now).mean),
                store.get().lang,
              ),
            }),
          ),
        ),
    );
  });
  return element;
}
