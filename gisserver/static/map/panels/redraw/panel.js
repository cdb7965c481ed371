/** <map-redraw>: the panel of redraws: their list, a new one, or the one that is open. */

import { h, icon, refill } from "../../dom.js";
import { moment } from "../../format.js";
import { listOf } from "./list.js";
import { newRedraw } from "./new.js";
import { previewTable } from "./preview.js";
import { reviewOf } from "./review.js";
import { statusTag } from "./status.js";
import { toolbox } from "./toolbox.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../redraw/store.js").RedrawStore} RedrawStore */
/**
 * @typedef {object} PanelContext  what the parts of the panel work with
 * @property {Context} context
 * @property {RedrawStore} redrawStore
 * @property {import("../../redraw/doors.js").Doors} doors
 * @property {import("../../modes/redraw.js").Redrawing} drawController
 * @property {(geometry: any) => void} look  bring a place into view
 * @property {string[]} may  what the user may do anywhere
 * @property {string} user
 */

/** Where the panel would leave too little of the map to draw on: a phone, or a desktop screen at 200 %. */
const NARROW = matchMedia("(max-width: 720px), (max-height: 480px)");

export class MapRedraw extends HTMLElement {
  #head = h("header", { class: "panel-head" });
  #body = h("div", { class: "panel-body" });
  #wide = false;
  /** Whether the panel stays open though a tool is in hand. */
  #unfolded = false;

  /** @param {PanelContext} panelContext */
  connect(panelContext) {
    const { context, redrawStore } = panelContext;
    const views = {
      list: [listOf(panelContext)],
      new: [newRedraw(panelContext)],
      one: [toolbox(panelContext), previewTable(panelContext), reviewOf(panelContext)],
    };
    const show = () => {
      const { open, view } = redrawStore.get();
      this.hidden = !open;
      this.dataset.view = view;
      this.setAttribute("aria-label", context.t("redraw.title"));
      this.#drawHead(panelContext);
    };
    redrawStore.on(["open", "view", "redraw", "draft"], show);
    redrawStore.on(["view"], ({ view }) => {
      this.#body.replaceChildren(...views[view]);
      this.#body.scrollTop = 0;
    });
    const fold = () => {
      const { tool } = redrawStore.get();
      if (!tool) this.#unfolded = false;
      this.toggleAttribute("data-folded", tool !== null && NARROW.matches && !this.#unfolded);
      this.#drawHead(panelContext);
    };
    redrawStore.on(["tool"], fold);
    NARROW.addEventListener("change", fold);
    // The hint of the tool is on top of the folded panel, however high that is.
    new ResizeObserver(() => document.body.style.setProperty("--folded", `${this.offsetHeight}px`)).observe(this);
    this.addEventListener("unfold", () => {
      this.#unfolded = !this.#unfolded;
      fold();
    });
    redrawStore.on(["busy"], ({ busy }) => this.setAttribute("aria-busy", String(busy)));
    context.store.on(["lang"], show);
    this.#body.replaceChildren(...views[redrawStore.get().view]);
    this.replaceChildren(this.#head, this.#body);
    show();
  }

  /** @param {PanelContext} panelContext */
  #drawHead(panelContext) {
    const {
      context: { t, store, timeZone },
      redrawStore,
      drawController,
    } = panelContext;
    const { view, redraw, draft } = redrawStore.get();
    const widen = () => {
      this.#wide = !this.#wide;
      this.toggleAttribute("data-wide", this.#wide);
      this.#drawHead(panelContext);
    };
    const one = view === "one" ? redraw : null;
    refill(
      this.#head,
      view !== "list" &&
        h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "data-key": "back",
            "aria-label": t("redraw.back"),
            title: t("redraw.back"),
            onclick: () => {
              if (drawController.mayLeave()) redrawStore.list();
            },
          },
          icon("back"),
        ),
      h(
        "div",
        { class: "panel-title" },
        h("h2", {}, one ? one.title : t(view === "new" ? "redraw.new" : "redraw.title")),
        one &&
          h(
            "p",
            {},
            statusTag(one, t),
            one.effective_at && h("span", {}, moment(one.effective_at, store.get().lang, timeZone)),
            h("span", {}, `#${one.id}`),
            h("span", {}, one.author),
            h("span", { title: one.communities.join(" ") }, draft?.places.join(" ") || one.communities.join(" ")),
          ),
      ),
      one &&
        redrawStore.get().tool &&
        NARROW.matches &&
        h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "data-key": "unfold",
            "aria-expanded": String(!this.hasAttribute("data-folded")),
            "aria-label": t("redraw.folded"),
            title: t("redraw.folded"),
            onclick: () => this.dispatchEvent(new Event("unfold")),
          },
          icon("fold"),
        ),
      one &&
        h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "data-key": "wide",
            "aria-pressed": String(this.#wide),
            "aria-label": t("redraw.wide"),
            title: t("redraw.wide"),
            onclick: widen,
          },
          icon("wide"),
        ),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "data-key": "close",
          "aria-label": t("inspector.close"),
          title: t("inspector.close"),
          onclick: () => {
            if (drawController.mayLeave()) redrawStore.show(false);
          },
        },
        icon("close"),
      ),
    );
  }
}
