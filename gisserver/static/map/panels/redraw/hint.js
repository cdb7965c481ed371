/** <map-hint>: over the map: what to do next, what was refused and why, and the two buttons that a finger needs. */

import { h, icon, refill } from "../../dom.js";
import { hintOf, verbNamed } from "../../redraw/verbs/all.js";

/** @typedef {import("../../redraw/types.js").Warning_} Warning_ */

import { conflictOf } from "./conflict.js";
import { liveOf } from "./live.js";

/** So many places of one kind of warning can be gone to; the map shows them all. */
const PLACES = 6;

/** @param {Warning_[]} warnings @returns {[string, Warning_[]][]} by their sentence */
function grouped(warnings) {
  return [...new Set(warnings.map(({ detail }) => detail))].map((detail) => [
    detail,
    warnings.filter((one) => one.detail === detail),
  ]);
}

export class MapHint extends HTMLElement {
  /** @param {import("./panel.js").PanelContext} panelContext */
  connect(panelContext) {
    const {
      context: { t, store },
      redrawStore,
      drawController,
      look,
    } = panelContext;
    const live = liveOf(panelContext);
    const render = () => {
      const { open, view, redraw, trouble, warnings, notice, busy, drawn, tool: name } = redrawStore.get();
      const draws = redraw?.may.includes("draw") ?? false;
      const tool = verbNamed(name);
      this.hidden = !open || view !== "one" || !(draws || trouble || notice);
      this.dataset.tone = trouble ? "trouble" : warnings.length > 0 && !tool ? "warning" : "calm";
      this.setAttribute("aria-busy", String(busy));
      const finishes = tool && (tool.shape(redrawStore.get()) || trouble?.retry);
      refill(
        this,
        h(
          "div",
          { class: "hint-words", role: trouble ? "alert" : "status", "data-code": trouble?.code },
          notice && !trouble && h("p", { class: "hint-notice" }, icon("done"), notice),
          trouble && h("p", { class: "hint-trouble" }, trouble.message),
          ...(trouble?.problem ? conflictOf(trouble.problem, t) : []),
          trouble?.geometry &&
            h(
              "button",
              { type: "button", class: "link", "data-key": "where", onclick: () => look(trouble.geometry) },
              t("redraw.where"),
            ),
          ...grouped(warnings).map(([detail, group]) =>
            h(
              "p",
              { class: "hint-warning" },
              detail,
              ...group
                .slice(0, PLACES)
                .map(
                  ({ geometry, about }) =>
                    geometry &&
                    h(
                      "button",
                      { type: "button", class: "link", onclick: () => look(geometry) },
                      about?.building ? `#${about.building}` : t("redraw.where"),
                    ),
                ),
              group.length > PLACES && ` ${t("redraw.more_warnings", { n: group.length - PLACES })}`,
            ),
          ),
          draws && h("p", { class: "hint-next" }, t(busy && drawn ? "redraw.sending" : hintOf(redrawStore.get()))),
        ),
        draws && live,
        draws &&
          tool &&
          h(
            "div",
            { class: "hint-buttons" },
            finishes &&
              h(
                "button",
                {
                  type: "button",
                  class: "primary",
                  "data-key": "finish",
                  disabled: busy,
                  onclick: () => drawController.finish(),
                },
                t(drawn || trouble?.retry ? "redraw.again" : "redraw.finish"),
                h("kbd", {}, "↵"),
              ),
            h(
              "button",
              { type: "button", "data-key": "cancel", onclick: () => drawController.cancel() },
              t(drawn ? "redraw.discard" : "redraw.cancel"),
              h("kbd", {}, "Esc"),
            ),
          ),
      );
    };
    redrawStore.on(
      ["open", "view", "redraw", "trouble", "warnings", "notice", "busy", "drawn", "tool", "picks", "byBuildings"],
      render,
    );
    store.on(["lang"], render);
    render();
  }
}
