/** The steps of the review that the user may take, with a comment; and all that has happened to the redraw. */

import { h, refill } from "../../dom.js";
import { moment } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";
import { logOf, stepsOf } from "../../redraw/log.js";
import { localOf, momentOf } from "../../redraw/moments.js";
import { keepDrawn } from "./status.js";

const A_DAY_MS = 24 * 3600 * 1000;
/** Steps that are not easily taken back are pressed twice. */
const GRAVE = ["withdraw"];

/** @param {import("./panel.js").Bench} bench */
export function reviewOf(bench) {
  return h("section", { class: "review" }, steps(bench), log(bench));
}

/** @param {import("./panel.js").Bench} bench */
function steps(bench) {
  const { context: { t, timeZone }, desk } = bench;
  const element = h("div", { class: "steps" });
  const comment = h("textarea", { id: "redraw-comment", rows: 2, maxlength: 5000 });
  const later = h("input", { type: "checkbox", id: "publish-later" });
  const when = h("input", { type: "datetime-local", id: "publish-at", hidden: true });
  later.addEventListener("change", () => {
    when.hidden = !later.checked;
    if (!when.value) when.value = `${localOf(Date.now() + A_DAY_MS, timeZone).slice(0, 10)}T00:00`;
  });
  let armed = "";
  const bodyOf = (/** @type {string} */ step) => {
    if (step === "publish") return { effective_at: later.checked ? momentOf(when.value, timeZone) : null };
    return step === "reverse" ? { reason: comment.value.trim() } : { comment: comment.value.trim() };
  };
  async function take(/** @type {string} */ step) {
    if (GRAVE.includes(step) && armed !== step) { armed = step; return render(); }
    armed = "";
    if (await desk.review(step, bodyOf(step))) comment.value = "";
  }
  const button = (/** @type {string} */ step, /** @type {number} */ index) => h("button", {
    type: "button", class: index === 0 && !GRAVE.includes(step) ? "primary" : "plain", "data-key": `step-${step}`, "data-step": step,
    "data-armed": armed === step, disabled: desk.get().busy || (step === "submit" && desk.get().redraw?.commands === 0), onclick: () => take(step),
  }, t(armed === step ? `redraw.sure.${step}` : `redraw.step.${step}`));

  function render() {
    const { redraw } = desk.get();
    const offered = stepsOf(redraw?.may ?? []);
    element.hidden = offered.length === 0;
    comment.placeholder = t(offered.includes("reject") ? "redraw.comment_review" : offered.includes("reverse") ? "redraw.reason_reverse" : "redraw.comment");
    comment.setAttribute("aria-label", t("redraw.comment"));
    when.setAttribute("aria-label", t("redraw.publish_at"));
    refill(element, h("h3", {}, t("redraw.review")), comment,
      offered.includes("publish") && h("p", { class: "check" }, later, h("label", { for: "publish-later" }, t("redraw.publish_later")), when),
      h("div", { class: "row-of-buttons" }, ...offered.map(button)));
  }
  keepDrawn(bench, ["redraw", "busy"], render);
  return element;
}

/** @param {import("./panel.js").Bench} bench */
function log(bench) {
  const { context: { t, store, timeZone }, desk } = bench;
  const list = h("ol", { class: "log" });
  const title = h("h3", {});
  const reason = h("p", { class: "reason" });
  /** @param {import("../../redraw/log.js").Entry} entry */
  const line = ({ at, author, action, comment, command }) => h("li", { "data-action": action, "data-undone": Boolean(command?.undone_at) && action === "command" },
    h("p", {}, h("b", {}, action === "command" ? `${command?.number}. ${labelOf(t, "redraw.tool", command?.verb)}` : labelOf(t, "redraw_action", action)),
      action !== "command" && command && ` ${command.number}. ${labelOf(t, "redraw.tool", command.verb)}`),
    h("p", { class: "quiet" }, `${author} · ${moment(at, store.get().lang, timeZone)}`),
    comment && action !== "created" && h("p", { class: "comment" }, comment));
  keepDrawn(bench, ["redraw", "commands"], () => {
    const { redraw, commands } = desk.get();
    title.textContent = t("redraw.log");
    reason.textContent = redraw?.reason ?? "";
    reason.hidden = !redraw?.reason;
    list.replaceChildren(...logOf(redraw?.events ?? [], commands).map(line));
  });
  return h("div", {}, title, reason, list);
}
