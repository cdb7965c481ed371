/** Rename: a grid that is clicked gets another name. */

import { h } from "../../dom.js";
import { field, go, pickOf } from "./fields.js";
import { verb } from "./verb.js";

export const rename = verb({
  name: "rename",
  shortcut: "e",
  icon: "M4 16l.9-3.8 8.6-8.6 2.9 2.9-8.6 8.6zM11.5 5.6l2.9 2.9",
  picks: 1,
  form(panelContext) {
    const {
      context: { t },
      redrawStore,
    } = panelContext;
    const grid = pickOf(panelContext, 0);
    const input = h("input", { value: grid?.name ?? "", maxlength: 100, "data-key": "name", disabled: !grid });
    const send = () => {
      if (grid) redrawStore.send({ verb: "rename", grid: grid.code, name: input.value.trim() });
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) send();
    });
    return [
      field(grid ? grid.code : t("redraw.no_grid"), input),
      go(panelContext, "redraw.tool.rename", Boolean(grid), send),
    ];
  },
});
