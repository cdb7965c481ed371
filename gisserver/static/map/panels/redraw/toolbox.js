/** The tools, undo and redo; and for the tool in hand what has to be filled in. */

import { h, icon, refill } from "../../dom.js";
import { keptOf, nameOf } from "../../redraw/draft.js";
import { MEASURES, TOOLS, toolNamed } from "../../redraw/tools.js";
import { shadeOf } from "./shade.js";
import { keepDrawn } from "./status.js";

/** @typedef {import("./panel.js").Bench} Bench */
/** @typedef {import("../../redraw/types.js").ToolName} ToolName */

const KINDS = ["base", "special"];

/** @param {Bench} bench */
export function toolbox(bench) {
  const { context: { t }, desk, hands } = bench;
  const element = h("section", { class: "toolbox" });
  const keys = h("div", { class: "tools", role: "toolbar" });
  const form = h("div", { class: "tool-form" });
  element.append(keys, form, shadeOf(bench));

  /** @param {import("../../redraw/tools.js").Tool} tool */
  const button = ({ name, key }) => h("button", {
    type: "button", "data-key": name, "data-tool": name, "aria-pressed": String(desk.get().tool === name), "aria-keyshortcuts": key,
    title: `${t(`redraw.tool.${name}`)} (${key.toUpperCase()}) — ${t(`redraw.about.${name}`)}`, onclick: () => desk.use(name),
  }, icon(name), h("span", {}, t(`redraw.tool.${name}`)), h("kbd", { "aria-hidden": "true" }, key.toUpperCase()));

  keepDrawn(bench, ["redraw", "tool", "commands"], () => {
    const { redraw, commands } = desk.get();
    element.hidden = !redraw?.may.includes("draw");
    keys.setAttribute("aria-label", t("redraw.tools"));
    const own = commands.filter(({ author }) => author === bench.user);
    const none = { undo: !own.some((one) => !one.undone_at), redo: !own.some((one) => one.undone_at) };
    const step = (/** @type {"undo"|"redo"} */ door, /** @type {string} */ shortcut) => h("button", {
      type: "button", "data-key": door, "data-tool": door, disabled: none[door], title: `${t(`redraw.${door}`)} (${shortcut})`, onclick: () => hands[door](),
    }, icon(door), h("span", {}, t(`redraw.${door}`)));
    refill(keys, ...TOOLS.map(button), step("undo", "Ctrl+Z"), step("redo", "Ctrl+Shift+Z"));
  });
  keepDrawn(bench, ["tool", "picks", "keep", "buildings", "byBuildings", "draft", "busy"], () => {
    const tool = toolNamed(desk.get().tool);
    form.hidden = !tool?.form;
    if (tool?.form) refill(form, ...FORMS[/** @type {keyof typeof FORMS} */ (tool.name)](bench));
    else form.replaceChildren();
  });
  return element;
}

/** @param {Bench} bench @param {number} index */
function pickOf({ desk }, index) {
  const { picks, draft } = desk.get();
  return draft?.now[picks[index]];
}

/** @param {string} label @param {HTMLElement} input */
const field = (label, input) => h("label", { class: "field" }, h("span", {}, label), input);

/** @param {Bench} bench @param {string} key @param {boolean} ready @param {() => void} act */
const go = ({ context: { t }, desk }, key, ready, act) => h("button", { type: "button", class: "primary", "data-key": "go", disabled: !ready || desk.get().busy, onclick: act }, t(key));

const FORMS = {
  /** @param {Bench} bench */
  merge(bench) {
    const { context: { t }, desk, hands } = bench;
    const { picks, draft } = desk.get();
    const kept = keptOf(desk.get());
    const radio = (/** @type {string} */ code) => h("label", { class: "option" }, h("input", {
      type: "radio", name: "keep", value: code, checked: code === kept, "data-key": `keep-${code}`, onchange: () => desk.hold({ keep: code }),
    }), h("span", {}, nameOf(draft?.now[code], draft?.places)), h("code", {}, code));
    const list = h("fieldset", {}, h("legend", {}, t("redraw.keep")), ...[...picks].sort().map(radio));
    return [picks.length > 0 && list, go(bench, "redraw.tool.merge", picks.length > 1, () => hands.finish())];
  },
  /** @param {Bench} bench */
  transfer(bench) {
    const { context: { t }, desk, hands } = bench;
    const { byBuildings, buildings } = desk.get();
    const way = (/** @type {boolean} */ wanted, /** @type {string} */ key) => h("button", {
      type: "button", "data-key": key, "aria-pressed": String(byBuildings === wanted), onclick: () => desk.hold({ byBuildings: wanted, buildings: [] }),
    }, t(key));
    return [
      h("dl", { class: "rows" }, ...["from", "to"].map((end, index) => h("div", {}, h("dt", {}, t(`redraw.${end}`)), h("dd", {}, nameOf(pickOf(bench, index), desk.get().draft?.places))))),
      h("div", { class: "segmented", role: "group", "aria-label": t("redraw.how") }, way(false, "redraw.by_area"), way(true, "redraw.by_buildings")),
      byBuildings && go(bench, "redraw.transfer_buildings", buildings.length > 0, () => hands.finish()),
      byBuildings && h("p", { class: "quiet" }, t("redraw.buildings_chosen", { n: buildings.length })),
    ];
  },
  /** @param {Bench} bench */
  rename(bench) {
    const { context: { t }, desk } = bench;
    const grid = pickOf(bench, 0);
    const input = h("input", { value: grid?.name ?? "", maxlength: 100, "data-key": "name", disabled: !grid });
    const send = () => { if (grid) desk.send({ verb: "rename", grid: grid.code, name: input.value.trim() }); };
    input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) send(); });
    return [field(grid ? grid.code : t("redraw.no_grid"), input), go(bench, "redraw.tool.rename", Boolean(grid), send)];
  },
  /** @param {Bench} bench */
  set_kind(bench) {
    const { context: { t }, desk } = bench;
    const grid = pickOf(bench, 0);
    const select = h("select", { "data-key": "kind", disabled: !grid }, ...KINDS.map((kind) => h("option", { value: kind, selected: kind === grid?.kind }, t(`grid_kind.${kind}`))));
    return [field(grid ? nameOf(grid) : t("redraw.no_grid"), select),
      go(bench, "redraw.tool.set_kind", Boolean(grid), () => { if (grid) desk.send({ verb: "set_kind", grid: grid.code, kind: select.value }); })];
  },
  /** @param {Bench} bench */
  split_balanced(bench) {
    const { context: { t }, desk } = bench;
    const grid = pickOf(bench, 0);
    const parts = h("input", { type: "number", min: 2, max: 20, value: 2, "data-key": "parts", disabled: !grid });
    const measure = h("select", { "data-key": "measure", disabled: !grid }, ...MEASURES.map((name) => h("option", { value: name }, t(`field.${name}`))));
    return [h("p", {}, grid ? nameOf(grid) : t("redraw.no_grid")), field(t("redraw.parts"), parts), field(t("redraw.field.measure"), measure),
      go(bench, "redraw.tool.split_balanced", Boolean(grid), () => {
        if (grid) desk.send({ verb: "split_balanced", grid: grid.code, parts: Number(parts.value), measure: measure.value });
      })];
  },
};
