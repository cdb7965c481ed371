/** The tools, undo and redo; and for the tool in hand what has to be filled in. */

import { drawing, h, icon, refill } from "../../dom.js";
import { VERBS, verbNamed } from "../../redraw/verbs/all.js";
import { shadeOf } from "./shade.js";
import { keepDrawn } from "./status.js";

/** @typedef {import("./panel.js").PanelContext} PanelContext */

/** @param {PanelContext} panelContext */
export function toolbox(panelContext) {
  const {
    context: { t },
    redrawStore,
    drawController,
  } = panelContext;
  const element = h("section", { class: "toolbox" });
  const keys = h("div", { class: "tools", role: "toolbar" });
  const form = h("div", { class: "tool-form" });
  element.append(keys, form, shadeOf(panelContext));

  /** @param {import("../../redraw/verbs/verb.js").Verb} verb */
  function button({ name, shortcut, icon: path, disabled }) {
    const why = disabled(redrawStore.get());
    const key = shortcut.toUpperCase();
    return h(
      "button",
      {
        type: "button",
        "data-key": name,
        "data-tool": name,
        "aria-pressed": String(redrawStore.get().tool === name),
        "aria-keyshortcuts": shortcut,
        disabled: why !== null,
        title: `${t(`redraw.tool.${name}`)} (${key}) — ${t(why ?? `redraw.about.${name}`)}`,
        onclick: () => redrawStore.use(name),
      },
      drawing(path),
      h("span", {}, t(`redraw.tool.${name}`)),
      h("kbd", { "aria-hidden": "true" }, key),
    );
  }

  keepDrawn(panelContext, ["redraw", "tool", "commands", "draft"], () => {
    const { redraw, commands } = redrawStore.get();
    const offered = VERBS.filter(({ available }) => available(redraw));
    element.hidden = offered.length === 0;
    keys.setAttribute("aria-label", t("redraw.tools"));
    const own = commands.filter(({ author }) => author === panelContext.user);
    const none = { undo: !own.some((one) => !one.undone_at), redo: !own.some((one) => one.undone_at) };
    const step = (/** @type {"undo"|"redo"} */ door, /** @type {string} */ shortcut) =>
      h(
        "button",
        {
          type: "button",
          "data-key": door,
          "data-tool": door,
          disabled: none[door],
          title: `${t(`redraw.${door}`)} (${shortcut})`,
          onclick: () => drawController[door](),
        },
        icon(door),
        h("span", {}, t(`redraw.${door}`)),
      );
    refill(keys, ...offered.map(button), step("undo", "Ctrl+Z"), step("redo", "Ctrl+Shift+Z"));
  });
  keepDrawn(panelContext, ["tool", "picks", "keep", "buildings", "byBuildings", "draft", "busy"], () => {
    const tool = verbNamed(redrawStore.get().tool);
    form.hidden = !tool?.form;
    if (tool?.form) refill(form, ...tool.form(panelContext));
    else form.replaceChildren();
  });
  return element;
}
