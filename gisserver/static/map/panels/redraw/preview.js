/** What publishing would do: each grid before and after, what moves in all, and what can be taken home. */

import { h, icon, refill } from "../../dom.js";
import { area, count } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";
import { nameOf } from "../../redraw/draft.js";
import { columnsOf, deltaOf, movedOf, rewordedOf } from "../../redraw/preview.js";
import { signed } from "./live.js";
import { keepDrawn } from "./status.js";

/** @typedef {import("../../redraw/types.js").PreviewGrid} PreviewGrid */
/** @typedef {import("../../types.js").Lang} Lang */

/** Of a shape's measures a difference says little. @param {string} name */
const isCount = (name) => !["area_m2", "compactness", "parts"].includes(name);

/** @param {string} name @param {number|null|undefined} value @param {Lang} lang */
function shown(name, value, lang) {
  if (name === "area_m2") return area(value, lang);
  if (name === "compactness") return value === null || value === undefined ? "—" : value.toFixed(2);
  return count(value, lang);
}

/** @param {import("./panel.js").PanelContext} panelContext */
export function previewTable(panelContext) {
  const {
    context: { t, store },
    redrawStore,
    doors,
    look,
  } = panelContext;
  const element = h("section", { class: "preview", "aria-live": "polite" });

  const attributeText = (/** @type {"name"|"kind"} */ what, /** @type {string} */ value) =>
    what === "kind" ? labelOf(t, "grid_kind", value) : value || "—";

  /** @param {PreviewGrid} grid @param {string} name @param {Lang} lang */
  const cell = (grid, name, lang) => {
    const [before, after] = [grid.before[name], grid.after[name]];
    const delta = deltaOf(before, after);
    if (grid.change === "added" || grid.change === "removed")
      return h("td", {}, h("b", {}, shown(name, grid.change === "added" ? after : before, lang)));
    // A new corner in a long border moves square millimetres: what reads the same is the same.
    if (shown(name, before, lang) === shown(name, after, lang)) return h("td", {}, shown(name, after, lang));
    return h(
      "td",
      { "data-delta": String(Math.sign(delta)), "data-apart": name === "parts" && after > 1 },
      h("span", { class: "before" }, shown(name, before, lang), " → "),
      h("b", {}, shown(name, after, lang)),
      isCount(name) && h("span", { class: "delta" }, signed(delta, lang)),
    );
  };
  /** @param {import("../../redraw/types.js").Preview["totals"]} totals @param {string} name @param {Lang} lang */
  const total = (totals, name, lang) =>
    totals && name in totals.before
      ? cell({ change: "changed", code: "", name: "", kind: "", geometry: null, ...totals }, name, lang)
      : h("td", {});
  /** @param {PreviewGrid} grid @param {string[]} columns @param {Lang} lang */
  const row = (grid, columns, lang) => {
    const point = () => redrawStore.hold({ focus: grid.code });
    const reworded = rewordedOf(grid, redrawStore.get().draft?.base[grid.code]);
    const alike =
      grid.change === "changed" &&
      reworded.length === 0 &&
      columns.every((name) => shown(name, grid.before[name], lang) === shown(name, grid.after[name], lang));
    const change = alike ? "corner" : grid.change;
    return h(
      "tr",
      {
        tabindex: 0,
        "data-key": `grid-${grid.code}`,
        "data-change": change,
        onmouseenter: point,
        onfocus: point,
        onmouseleave: () => redrawStore.hold({ focus: null }),
        onblur: () => redrawStore.hold({ focus: null }),
        onclick: () => look(grid.geometry ?? redrawStore.get().draft?.base[grid.code]?.geometry),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Enter") look(grid.geometry);
        },
      },
      h(
        "th",
        { scope: "row" },
        h("span", {}, nameOf(grid, redrawStore.get().draft?.places)),
        h("span", { class: "change" }, t(`redraw.change.${change}`)),
        h("code", {}, grid.code),
        ...reworded.map(({ what, before, after }) =>
          h(
            "span",
            { class: "reworded", "data-what": what },
            `${t(`field.${what}`)} `,
            h("span", { class: "before" }, attributeText(what, before), " → "),
            h("b", {}, attributeText(what, after)),
          ),
        ),
      ),
      ...columns.map((name) => cell(grid, name, lang)),
    );
  };

  keepDrawn(panelContext, ["preview", "redraw"], () => {
    const { preview, redraw } = redrawStore.get();
    const { lang } = store.get();
    element.hidden = !redraw || redraw.status === "withdrawn";
    if (!redraw) return element.replaceChildren();
    const columns = preview ? columnsOf(preview) : [];
    const take = (/** @type {"moves/?format=csv"|"package/"} */ door, /** @type {string} */ key) =>
      h(
        "button",
        {
          type: "button",
          class: "plain",
          "data-key": key,
          onclick: () => redrawStore.fetch(doors.file(redraw.id, door)),
        },
        icon("download"),
        t(key),
      );
    refill(
      element,
      h("h3", {}, t("redraw.preview")),
      preview &&
        h(
          "dl",
          { class: "stats" },
          ...movedOf(preview).map(([name, value]) =>
            h("div", {}, h("dd", {}, count(value, lang)), h("dt", {}, t(`field.${name}`))),
          ),
        ),
      preview && h("p", { class: "quiet" }, t("redraw.moved_hint")),
      preview &&
        preview.grids.length > 0 &&
        h(
          "div",
          { class: "table-scroll", tabindex: 0, role: "region", "aria-label": t("redraw.preview") },
          h(
            "table",
            {},
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                h("th", { scope: "col" }, t("kind.grids")),
                ...columns.map((name) => h("th", { scope: "col" }, t(`field.${name === "area_m2" ? "area" : name}`))),
              ),
            ),
            h("tbody", {}, ...preview.grids.map((grid) => row(grid, columns, lang))),
            preview.totals &&
              h(
                "tfoot",
                {},
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, t("redraw.totals")),
                  ...columns.map((name) => total(preview.totals, name, lang)),
                ),
              ),
          ),
        ),
      !preview && h("p", { class: "quiet" }, t(redraw.conflict ? "redraw.preview_conflict" : "redraw.preview_empty")),
      h(
        "div",
        { class: "row-of-buttons" },
        redraw.commands > 0 && take("moves/?format=csv", "redraw.moves"),
        redraw.commands > 0 && take("package/", "redraw.package"),
      ),
    );
  });
  return element;
}
