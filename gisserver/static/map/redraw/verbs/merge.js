/** Merge: grids that are clicked become one, under the code that is chosen. */

import { h } from "../../dom.js";
import { keptOf, nameOf } from "../draft.js";
import { go } from "./fields.js";
import { needsTwoGrids, verb } from "./verb.js";

export const merge = verb({
  name: "merge",
  shortcut: "m",
  icon: "M3 4.5h5v11H3zM12 4.5h5v11h-5zM8 10h4",
  picks: Infinity,
  disabled: needsTwoGrids,
  ofPicks: (state) => (state.picks.length > 1 ? { verb: "merge", grids: state.picks, keep: keptOf(state) } : null),
  shifts({ draft, picks, keep }, inside) {
    const kept = keptOf({ picks, keep });
    if (picks.length < 2 || kept === undefined) return [];
    const loads = picks.map((code) => inside(draft.now[code]?.geometry));
    return [
      { code: kept, before: inside(draft.now[kept]?.geometry), after: loads.reduce((all, load) => all + load, 0) },
    ];
  },
  form(panelContext) {
    const {
      context: { t },
      redrawStore,
      drawController,
    } = panelContext;
    const { picks, draft } = redrawStore.get();
    const kept = keptOf(redrawStore.get());
    const radio = (/** @type {string} */ code) =>
      h(
        "label",
        { class: "option" },
        h("input", {
          type: "radio",
          name: "keep",
          value: code,
          checked: code === kept,
          "data-key": `keep-${code}`,
          onchange: () => redrawStore.hold({ keep: code }),
        }),
        h("span", {}, nameOf(draft?.now[code], draft?.places)),
        h("code", {}, code),
      );
    const list = h("fieldset", {}, h("legend", {}, t("redraw.keep")), ...[...picks].sort().map(radio));
    return [
      picks.length > 0 && list,
      go(panelContext, "redraw.tool.merge", picks.length > 1, () => drawController.finish()),
    ];
  },
});
