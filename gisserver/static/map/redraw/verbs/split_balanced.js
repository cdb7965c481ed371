/** Split evenly: the server cuts a grid that is clicked into parts that carry about the same. */

import { h } from "../../dom.js";
import { nameOf } from "../draft.js";
import { MEASURES } from "../measures.js";
import { field, go, pickOf } from "./fields.js";
import { verb } from "./verb.js";

export const splitBalanced = verb({
  name: "split_balanced",
  shortcut: "b",
  icon: "M3.5 4h13v12h-13zM10 4v12M6.8 8v4M13.3 8v4",
  picks: 1,
  form(panelContext) {
    const {
      context: { t },
      redrawStore,
    } = panelContext;
    const grid = pickOf(panelContext, 0);
    const parts = h("input", { type: "number", min: 2, max: 20, value: 2, "data-key": "parts", disabled: !grid });
    const measure = h(
      "select",
      { "data-key": "measure", disabled: !grid },
      ...MEASURES.map((name) => h("option", { value: name }, t(`field.${name}`))),
    );
    const send = () => {
      if (grid)
        redrawStore.send({
          verb: "split_balanced",
          grid: grid.code,
          parts: Number(parts.value),
          measure: measure.value,
        });
    };
    return [
      h("p", {}, grid ? nameOf(grid) : t("redraw.no_grid")),
      field(t("redraw.parts"), parts),
      field(t("redraw.field.measure"), measure),
      go(panelContext, "redraw.tool.split_balanced", Boolean(grid), send),
    ];
  },
});
