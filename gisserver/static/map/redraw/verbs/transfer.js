/** Transfer: the part of a grid inside an area, or some of its buildings, go to another grid. */

import { h } from "../../dom.js";
import { buildingsAt, sumIn } from "../counting.js";
import { nameOf } from "../draft.js";
import { contains } from "../geometry.js";
import { go, pickOf } from "./fields.js";
import { needsTwoGrids, verb } from "./verb.js";

export const transfer = verb({
  name: "transfer",
  shortcut: "t",
  icon: "M4 7h11M12 4l3 3-3 3M16 13.5H5M8 10.5l-3 3 3 3",
  picks: 2,
  disabled: needsTwoGrids,
  hint({ picks, byBuildings }) {
    if (picks.length < 2) return `redraw.hint.transfer_${picks.length === 0 ? "from" : "to"}`;
    return byBuildings ? "redraw.hint.transfer_buildings" : "redraw.hint.transfer_area";
  },
  shape: ({ byBuildings }) => (byBuildings ? "rectangle" : "polygon"),
  ofDrawing: (drawing, { picks: [from, to] }) => ({ verb: "transfer", from, to, area: drawing }),
  ofPicks({ picks: [from, to], buildings }) {
    return buildings.length > 0 ? { verb: "transfer", from, to, buildings: buildings.map(({ id }) => id) } : null;
  },
  shifts({ draft, assets: { things }, picks, hand, buildings, byBuildings, measure }, inside) {
    const [from, to] = picks.map((code) => draft.now[code]);
    if (!from || !to) return [];
    const inArea = () => (hand?.type === "Polygon" ? things.filter(({ at }) => contains(hand, at)) : []);
    const moved = byBuildings
      ? buildingsAt(
          things,
          buildings.map(({ at }) => at),
        )
      : inArea();
    if (moved.length === 0) return [];
    const [sum, mine, theirs] = [sumIn(from.geometry, moved, measure), inside(from.geometry), inside(to.geometry)];
    return [
      { code: from.code, before: mine, after: mine - sum },
      { code: to.code, before: theirs, after: theirs + sum },
    ];
  },
  form(panelContext) {
    const {
      context: { t },
      redrawStore,
      drawController,
    } = panelContext;
    const { byBuildings, buildings, draft } = redrawStore.get();
    const way = (/** @type {boolean} */ wanted, /** @type {string} */ key) =>
      h(
        "button",
        {
          type: "button",
          "data-key": key,
          "aria-pressed": String(byBuildings === wanted),
          onclick: () => redrawStore.hold({ byBuildings: wanted, buildings: [] }),
        },
        t(key),
      );
    const end = (/** @type {string} */ name, /** @type {number} */ index) =>
      h("div", {}, h("dt", {}, t(`redraw.${name}`)), h("dd", {}, nameOf(pickOf(panelContext, index), draft?.places)));
    return [
      h("dl", { class: "rows" }, end("from", 0), end("to", 1)),
      h(
        "div",
        { class: "segmented", role: "group", "aria-label": t("redraw.how") },
        way(false, "redraw.by_area"),
        way(true, "redraw.by_buildings"),
      ),
      byBuildings && go(panelContext, "redraw.transfer_buildings", buildings.length > 0, () => drawController.finish()),
      byBuildings && h("p", { class: "quiet" }, t("redraw.buildings_chosen", { n: buildings.length })),
    ];
  },
});
