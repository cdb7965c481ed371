/** One incident: where it stands, what may be done, and its timeline. */

import { h } from "../../dom.js";
import { distance, moment, share, text } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";
import { actsOf } from "./steps.js";
import { timelineOf } from "./timeline.js";

/**
 * @param {import("../types.js").Desk} desk
 * @param {{incident: Record<string, any>, progress: Record<string, any>, form: Element|null}} shown
 * @param {{onAct: (act: import("./steps.js").Act) => void, onBack: () => void}} listeners
 */
export function incidentView(desk, { incident, progress, form }, { onAct, onBack }) {
  const { t, lang, timeZone, may } = desk;
  const acts = actsOf(progress, incident, may);
  const receipt = incident.assignments[0] ?? {};
  /** @type {[string, string][]} */
  const facts = [
    ["field.grid", text(incident.grid)],
    ["field.officer", text(incident.main_officer)],
    ["field.rule", `${labelOf(t, "rule", incident.rule)} · ${labelOf(t, "placed_by", incident.placed_by)}`],
    ["field.margin", distance(receipt.margin_m, lang())],
    ["field.confidence", share(receipt.confidence, lang())],
    [
      "dispatch.runner_up",
      receipt.runner_up ? `${receipt.runner_up.grid} · ${distance(receipt.runner_up.distance_m, lang())}` : "—",
    ],
    ["field.address", text(incident.address)],
    ["field.occurred_at", moment(incident.occurred_at, lang(), timeZone)],
    ["dispatch.due", moment(progress.due_at, lang(), timeZone)],
    ["field.text", text(incident.text)],
  ];
  return h(
    "article",
    { class: "dispatch-incident", "data-incident": incident.id, "aria-labelledby": "incident-title" },
    h(
      "button",
      { type: "button", class: "plain dispatch-back", "data-key": "back", onclick: onBack },
      t("dispatch.back"),
    ),
    h(
      "p",
      { class: "review-tags" },
      h("span", { class: "doubt", "data-state": progress.state }, labelOf(t, "state", progress.state)),
      progress.level !== null && h("span", { class: "doubt" }, labelOf(t, "level", progress.level)),
      h("span", { class: "quiet" }, `${incident.type_name} · ${incident.id}`),
    ),
    h("h2", { id: "incident-title" }, text(incident.title || incident.type_name)),
    h(
      "div",
      { class: "row-of-buttons", role: "group", "aria-label": t("dispatch.acts") },
      ...acts.map((act, index) =>
        h(
          "button",
          {
            type: "button",
            class: index === 0 ? "primary" : "plain",
            "data-key": `act-${act.name}`,
            onclick: () => onAct(act),
          },
          index < 9 && h("kbd", {}, String(index + 1)),
          labelOf(t, "step", act.name),
        ),
      ),
    ),
    h("div", { class: "dispatch-asked" }, form),
    h(
      "dl",
      { class: "dispatch-facts" },
      ...facts
        .filter(([, value]) => value !== "—")
        .flatMap(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, value)]),
    ),
    h("h3", {}, t("dispatch.timeline")),
    h("ol", { class: "dispatch-timeline" }, ...timelineOf(incident, progress).map((one) => momentView(desk, one))),
  );
}

/** @param {import("../types.js").Desk} desk @param {import("./timeline.js").Moment} one */
function momentView({ t, lang, timeZone }, { at, kind, about }) {
  const words = { received: receivedWords, step: stepWords, receipt: receiptWords }[kind](t, about);
  const why = about.reason && kind === "step" ? about.reason : about.note;
  return h(
    "li",
    { "data-kind": kind },
    h("p", {}, h("b", {}, words), " ", h("span", { class: "quiet" }, moment(at, lang(), timeZone))),
    why && h("p", { class: "quiet" }, why),
  );
}

/** @typedef {import("../types.js").Translate} Translate */

/** @param {Translate} t @param {Record<string, any>} incident */
const receivedWords = (t, { source }) => t("dispatch.received", { source: source || t("dispatch.a_report") });

/** @param {Translate} t @param {Record<string, any>} step */
function stepWords(t, { step, by, officer_name: officer, unit, duplicate_of: original }) {
  const whom = officer || unit || (original && String(original));
  const did = labelOf(t, "step", step);
  return whom ? t("dispatch.step_to", { by, did, whom }) : t("dispatch.step_by", { by, did });
}

/** @param {Translate} t @param {Record<string, any>} receipt */
const receiptWords = (t, { grid, rule }) =>
  grid ? t("dispatch.went_to", { grid, rule: labelOf(t, "rule", rule) }) : t("dispatch.went_nowhere");
