/** The fields of events' forms: how each looks, and what it says. */

import { ApiError } from "../../api.js";
import { h } from "../../dom.js";
import { labelOfUnit } from "../house/table.js";

/** @typedef {import("./forms.js").Field} Field */
/** @typedef {import("./forms.js").Subject} Subject */
/** @typedef {import("../types.js").Desk} Desk */
/** @typedef {{name: string, element: HTMLElement, value: () => any}} Shown */

/**
 * @param {Desk} desk
 * @param {Field} field
 * @param {Subject} subject
 * @returns {Shown}
 */
export function fieldOf(desk, field, subject) {
  const { t } = desk;
  const id = `event-${field.name}`;
  const first = field.first?.(subject) ?? "";
  const label = h("label", { for: id }, t(`row_field.${field.name}`));
  const common = { id, required: field.required };
  /** @param {HTMLElement} input @param {() => any} value @returns {Shown} */
  const under = (input, value) => ({ name: field.name, element: h("div", { class: "field" }, label, input), value });
  switch (field.type) {
    case "check": {
      const input = h("input", { id, type: "checkbox", checked: first === true });
      return { name: field.name, element: h("p", { class: "check" }, input, label), value: () => input.checked };
    }
    case "lines": {
      const input = h("textarea", { ...common, rows: 4 }, String(first));
      return under(input, () =>
        input.value
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean),
      );
    }
    case "number": {
      const input = h("input", { ...common, type: "number", inputmode: "numeric", value: String(first) });
      return under(input, () => (input.value === "" ? "" : Number(input.value)));
    }
    case "home": {
      const list = h(
        "datalist",
        { id: `${id}-list` },
        ...subject.units.map((unit) => h("option", { value: labelOfUnit(unit, subject.entrances) })),
      );
      const input = h("input", { ...common, list: `${id}-list`, placeholder: t("form.home") });
      return under(h("div", {}, input, list), () => input.value.trim());
    }
    case "entrance":
      return under(...choice(id, [["", "—"], ...subject.entrances.map(({ name }) => pair(name, name))]));
    case "units":
      return several(
        desk,
        field,
        subject.units.filter((unit) => unit.id !== subject.unit?.id),
        (unit) => labelOfUnit(unit, subject.entrances),
      );
    case "households":
      return several(desk, field, subject.neighbours ?? [], (one) => `${one.head_name || "—"} ${one.source_ref}`);
    default: {
      const input = h("input", { ...common, type: field.type, value: String(first), maxlength: 300 });
      return under(input, () => input.value.trim());
    }
  }
}

/** @param {string} value @param {string} words @returns {[string, string]} */
const pair = (value, words) => [value, words];

/** @param {string} id @param {[string, string][]} options @returns {[HTMLElement, () => string]} */
function choice(id, options) {
  const select = h("select", { id }, ...options.map(([value, words]) => h("option", { value }, words)));
  return [select, () => select.value];
}

/**
 * Several of a list, by their ids.
 * @template {{id?: number}} T
 * @param {Desk} desk @param {Field} field @param {T[]} rows @param {(row: T) => string} words @returns {Shown}
 */
function several({ t }, field, rows, words) {
  const boxes = rows.map((row) => ({ row, box: h("input", { type: "checkbox" }) }));
  return {
    name: field.name,
    element: h(
      "fieldset",
      { class: "several" },
      h("legend", {}, t(`row_field.${field.name}`)),
      ...(boxes.length === 0 ? [h("p", { class: "quiet" }, t("form.none_to_choose"))] : []),
      ...boxes.map(({ row, box }) => h("label", { class: "check" }, box, words(row))),
    ),
    value: () => boxes.filter(({ box }) => box.checked).map(({ row }) => row.id),
  };
}

/**
 * The unit that somebody names: one of this house as it is called here, or any by its code.
 * @param {Desk} desk
 * @param {Subject} subject
 * @param {string} named
 * @returns {Promise<number>}
 */
export async function homeOf({ api, t }, { units, entrances }, named) {
  const here = units.find((unit) => labelOfUnit(unit, entrances) === named || unit.code === named);
  if (here) return here.id;
  const { meanings } = await api.get(`/api/codes/${encodeURIComponent(named)}`);
  const unit = meanings.find((/** @type {any} */ one) => one.target === "unit" && one.status === "current");
  if (!unit) throw new ApiError("no_such_home", t("form.no_such_home", { named }));
  return unit.id;
}
