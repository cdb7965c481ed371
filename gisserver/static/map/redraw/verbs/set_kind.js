/** Kind: a grid that is clicked becomes one of another kind. */

import { h } from "../../dom.js";
import { nameOf } from "../draft.js";
import { field, go, pickOf } from "./fields.js";
import { verb } from "./verb.js";

const KINDS = ["base", "special"];

export const setKind = verb({
  name: "set_kind",
  shortcut: "k",
  icon: "M3.5 3.5h6l7 7-6 6-7-7zM7 6.8v.3",
  picks: 1,
  form(panelContext) {
    const {
      context: { t },
      redrawStore,
    } = panelContext;
    const grid = pickOf(panelContext, 0);
    const option = (/** @type {string} */ kind) =>
      h("option", { value: kind, selected: kind === grid?.kind }, t(`grid_kind.${kind}`));
    const select = h("select", { "data-key": "kind", disabled: !grid }, ...KINDS.map(option));
    const send = () => {
      if (grid) redrawStore.send({ verb: "set_kind", grid: grid.code, kind: select.value });
    };
    return [
      field(grid ? nameOf(grid) : t("redraw.no_grid"), select),
      go(panelContext, "redraw.tool.set_kind", Boolean(grid), send),
    ];
  },
});
