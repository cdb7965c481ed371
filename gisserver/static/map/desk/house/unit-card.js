/** The card of a unit: who lives there, what may be recorded, and what happened to it. */

import { h, icon } from "../../dom.js";
import { count, moment, text } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";
import { FORMS } from "../events/forms.js";
import { linesOf, revertDoor } from "../events/telling.js";

/** @typedef {import("../types.js").Desk} Desk */
/** @typedef {import("../events/forms.js").Form} Form */
/**
 * @typedef {object} Shown
 * @property {Record<string, any>} unit
 * @property {Record<string, any>[]} households
 * @property {import("../events/telling.js").LifeEvent[]} events
 * @property {boolean} edits  whether the reader may record events
 */

/**
 * @param {Desk} desk
 * @param {Shown} shown
 * @param {object} listeners
 * @param {(form: Form, household?: Record<string, any>) => void} listeners.onForm
 * @param {(door: string, event: number) => void} listeners.onRevert
 * @param {() => void} listeners.onClose
 */
export function unitCard(desk, { unit, households, events, edits }, { onForm, onRevert, onClose }) {
  const { t, lang, timeZone } = desk;
  return [
    h(
      "header",
      { class: "inspector-head" },
      h(
        "div",
        { class: "inspector-tags" },
        h("span", { class: "tag" }, icon("units"), t("kind.units")),
        h(
          "button",
          { type: "button", class: "icon-button close", "aria-label": t("inspector.close"), onclick: onClose },
          icon("close"),
        ),
      ),
      h("h2", { id: "unit-title", tabindex: -1 }, [unit.entrance, unit.number].filter(Boolean).join(" ")),
      unit.code && h("p", { class: "code" }, h("code", {}, unit.code)),
    ),
    h(
      "div",
      { class: "inspector-body" },
      h(
        "dl",
        { class: "rows" },
        ...[
          [t("field.address"), text(unit.address)],
          [t("field.floor"), count(unit.floor, lang())],
          [t("field.kind"), labelOf(t, "building_kind", unit.kind)],
        ].map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))),
      ),
      edits && buttons(t, FORMS.unit, (form) => onForm(form)),
      h("h3", {}, t("house.households", { n: households.length })),
      ...(households.length === 0 ? [h("p", { class: "quiet" }, t("occupancy.vacant"))] : []),
      ...households.map((one) => householdPart(desk, one, edits, (form) => onForm(form, one))),
      h("h3", {}, t("house.history")),
      ...(events.length === 0 ? [h("p", { class: "quiet" }, t("house.no_history"))] : []),
      h(
        "ol",
        { class: "life" },
        ...[...events].reverse().map((event) => {
          const door = edits ? revertDoor(event, unit.building) : null;
          return h(
            "li",
            { "data-reverted": event.reverted_by !== null },
            h(
              "p",
              {},
              h("b", {}, labelOf(t, "event_kind", event.kind)),
              ` ${moment(event.effective_at, lang(), timeZone)}`,
              event.reverted_by !== null && ` · ${t("event.reverted")}`,
            ),
            ...linesOf(t, event).map((line) => h("p", { class: "quiet" }, line)),
            h("p", { class: "quiet" }, [event.author, event.source, event.reason].filter(Boolean).join(" · ")),
            edits &&
              event.kind === "import" &&
              event.reverted_by === null &&
              h("a", { href: "/desk/imports/" }, t("imports.take_back")),
            door &&
              h("button", { type: "button", class: "link", onclick: () => onRevert(door, event.id) }, t("event.undo")),
          );
        }),
      ),
    ),
  ];
}

/** @param {Desk} desk @param {Record<string, any>} one @param {boolean} edits @param {(form: Form) => void} onForm */
function householdPart({ t, lang }, one, edits, onForm) {
  const numbers = ["children", "elderly", "floating"].filter((name) => one[name] !== null);
  return h(
    "section",
    { class: "household", "data-household": one.id },
    h(
      "p",
      { class: "household-head" },
      h("b", {}, one.head_name || t("house.no_name")),
      h(
        "span",
        { class: "occupancy", "data-occupancy": one.registered ? "registered" : "floating" },
        t(`occupancy.${one.registered ? "registered" : "floating"}`),
      ),
    ),
    h(
      "p",
      {},
      [
        one.phone,
        t("house.residents", { n: count(one.residents, lang()) }),
        ...numbers.map((name) => `${t(`row_field.${name}`)} ${one[name]}`),
        one.source_ref && `${t("row_field.source_ref")} ${one.source_ref}`,
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    one.masked && h("p", { class: "quiet" }, t("reviews.masked")),
    edits && buttons(t, FORMS.household, onForm),
  );
}

/** @param {import("../../types.js").Translate} t @param {Form[]} forms @param {(form: Form) => void} onForm */
export function buttons(t, forms, onForm) {
  return h(
    "div",
    { class: "event-buttons" },
    ...forms.map((form) =>
      h(
        "button",
        {
          type: "button",
          class: form.grave ? "plain grave" : "plain",
          "data-event": form.name,
          onclick: () => onForm(form),
        },
        t(`event.${form.name}`),
      ),
    ),
  );
}
