/** The form of one act: what it asks for, with what it proposes. */

import { h } from "../../dom.js";
import { labelOf } from "../../i18n/translate.js";

/**
 * @typedef {object} Choices
 * @property {{id: number, name: string}[]} officers
 * @property {{id: number, label: string}[]} near  incidents that it may be a duplicate of
 */

/**
 * @param {import("../types.js").Desk} desk
 * @param {import("./steps.js").Act} act
 * @param {Choices} choices
 * @param {{onSay: (said: Record<string, string>) => void, onCancel: () => void}} listeners
 */
export function actForm({ t }, act, choices, { onSay, onCancel }) {
  /** @type {Record<string, HTMLInputElement|HTMLSelectElement>} */
  const inputs = {};
  const fields = act.fields.flatMap((field) => fieldOf(field));
  const element = h(
    "form",
    {
      class: "dispatch-form",
      "aria-label": labelOf(t, "step", act.name),
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        onSay(Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value.trim()])));
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onCancel(),
    },
    ...fields,
    h(
      "div",
      { class: "row-of-buttons" },
      h("button", { type: "submit", class: "primary", "data-key": "say" }, labelOf(t, "step", act.name)),
      h("button", { type: "button", class: "plain", onclick: onCancel }, t("form.cancel")),
    ),
  );
  const first = act.needs.map((field) => inputs[field]).find(Boolean);
  return {
    element,
    focus: () => (first ?? /** @type {HTMLElement} */ (element.querySelector("[type=submit]"))).focus(),
  };

  /** @param {import("./steps.js").Field} field @returns {Element[]} */
  function fieldOf(field) {
    const needed = act.needs.includes(field);
    if (field === "officer") {
      return [
        labelled("officer", select([["", t("dispatch.main_officer")], ...choices.officers.map(nameOf)], false)),
        labelled("unit", h("input", { maxlength: 200, autocomplete: "off" })),
      ];
    }
    if (field === "level") {
      const levels = ["1", "2", "3", "4"].map((level) => [level, labelOf(t, "level", level)]);
      return [labelled("level", select([["", t("dispatch.as_before")], ...levels], false))];
    }
    if (field === "duplicate_of") {
      const near = choices.near.map(({ id, label }) => [String(id), label]);
      if (near.length > 0) return [labelled(field, select(near, needed))];
      return [labelled(field, h("input", { inputmode: "numeric", pattern: "[0-9]+", required: needed }))];
    }
    return [
      labelled(field, h("input", { maxlength: field === "grid" ? 40 : 500, required: needed, autocomplete: "off" })),
    ];
  }

  /** @param {string} name @param {HTMLInputElement|HTMLSelectElement} input */
  function labelled(name, input) {
    inputs[name] = input;
    input.dataset.key = `field-${name}`;
    return h("label", {}, h("span", {}, t(`dispatch.field.${name}`)), input);
  }

  /** @param {string[][]} options @param {boolean} needed */
  function select(options, needed) {
    return h("select", { required: needed }, ...options.map(([value, label]) => h("option", { value }, label)));
  }
}

/** @param {{id: number, name: string}} officer */
const nameOf = ({ id, name }) => [String(id), name];
