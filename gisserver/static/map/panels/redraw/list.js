/** The redraws that the user may see, by status. */

import { h, icon, refill } from "../../dom.js";
import { moment } from "../../format.js";
import { keepDrawn, statusTag } from "./status.js";

/** @param {{name: string, name_en: string}|undefined} community @param {import("../../types.js").Lang} lang */
const nameOf = (community, lang) => (lang === "en" && community?.name_en) || community?.name;

const STATUSES = ["", "draft", "submitted", "approved", "rejected", "published", "withdrawn"];

/** @param {import("./panel.js").PanelContext} panelContext */
export function listOf(panelContext) {
  const {
    context: { t, store, timeZone },
    redrawStore,
    may,
    user,
  } = panelContext;
  const element = h("section", { class: "redraw-list" });
  const placesOf = (/** @type {string[]} */ codes) =>
    codes
      .map(
        (code) =>
          nameOf(
            redrawStore.get().allCommunities.find((one) => one.code === code),
            store.get().lang,
          ) ?? code,
      )
      .join("、");
  const row = (/** @type {import("../../redraw/types.js").Row} */ one) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          "data-key": `redraw-${one.id}`,
          onclick: () => redrawStore.read(one.id),
        },
        h("span", { class: "row-title" }, one.title),
        statusTag(one, t),
        h(
          "span",
          { class: "row-more" },
          [
            `#${one.id}`,
            placesOf(one.communities),
            one.author === user ? t("redraw.mine") : one.author,
            moment(one.effective_at ?? one.created_at, store.get().lang, timeZone),
            t("redraw.commands", { n: one.commands }),
          ].join(" · "),
        ),
      ),
    );

  keepDrawn(panelContext, ["rows", "status", "more", "busy", "trouble", "view", "allCommunities"], () => {
    const { rows, status, more, busy, trouble } = redrawStore.get();
    refill(
      element,
      h(
        "div",
        { class: "row-of-buttons" },
        h(
          "label",
          { class: "choice" },
          h("span", {}, t("redraw.status")),
          h(
            "select",
            {
              "data-key": "status",
              onchange: (/** @type {any} */ event) => redrawStore.list(event.target.value),
            },
            ...STATUSES.map((one) =>
              h("option", { value: one, selected: one === status }, t(one ? `redraw_status.${one}` : "redraw.all")),
            ),
          ),
        ),
        may.includes("redraw") &&
          h(
            "button",
            { type: "button", class: "primary", "data-key": "new", onclick: () => redrawStore.begin() },
            icon("plus"),
            t("redraw.new"),
          ),
      ),
      trouble && h("p", { class: "inspector-refusal", role: "alert", "data-code": trouble.code }, trouble.message),
      h("ul", { class: "rows-list" }, ...rows.map(row)),
      rows.length === 0 && !busy && !trouble && h("p", { class: "quiet" }, t("redraw.none")),
      more &&
        h(
          "button",
          { type: "button", class: "plain", "data-key": "more", onclick: () => redrawStore.more() },
          t("redraw.more"),
        ),
    );
  });
  return element;
}
