/** The steps of the review that the user may take; what will be recorded is shown before it is. */

import { h, refill } from "../../dom.js";
import { count, moment } from "../../format.js";
import { stepsOf } from "../../redraw/log.js";
import { localOf, momentOf } from "../../redraw/moments.js";
import { movedOf } from "../../redraw/preview.js";
import { bodyOf, createWords, NEEDS_WORDS, recorded } from "../../redraw/words.js";
import { logOf } from "./log.js";
import { keepDrawn } from "./status.js";

const A_DAY_MS = 24 * 3600 * 1000;
/** Steps after which there is no way back. */
const GRAVE = ["withdraw"];

/** @param {import("./panel.js").PanelContext} panelContext */
export function reviewOf(panelContext) {
  return h("section", { class: "review" }, stepsPart(panelContext), logOf(panelContext));
}

/** @param {import("./panel.js").PanelContext} panelContext */
function stepsPart(panelContext) {
  const {
    context: { t, timeZone },
    redrawStore,
  } = panelContext;
  const element = h("div", { class: "steps" });
  const words = createWords();
  /** The step that is about to be recorded, and of which redraw. @type {{id: number, step: string}|null} */
  let asked = null;
  /** The redraw whose words are in the fields. */
  let laid = 0;
  const comment = h("textarea", {
    id: "redraw-comment",
    rows: 2,
    maxlength: 5000,
    oninput: () => words.write(laid, { text: comment.value }),
  });
  const missing = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const later = h("input", { type: "checkbox", id: "publish-later" });
  const when = h("input", {
    type: "datetime-local",
    id: "publish-at",
    hidden: true,
    onchange: () => words.write(laid, { when: when.value }),
  });
  later.addEventListener("change", () => {
    const when = later.checked ? `${localOf(Date.now() + A_DAY_MS, timeZone).slice(0, 10)}T00:00` : "";
    words.write(laid, { when });
    lay();
  });

  /** Put the words of the redraw that is open into the fields. */
  function lay() {
    laid = redrawStore.get().redraw?.id ?? 0;
    const { text, when: moment } = words.of(laid);
    if (comment.value !== text) comment.value = text;
    later.checked = moment !== "";
    when.hidden = !later.checked;
    when.value = moment;
    missing.hidden = true;
  }

  function ask(/** @type {string} */ step) {
    if (NEEDS_WORDS.includes(step) && comment.value.trim() === "") {
      missing.textContent = t("redraw.say_why");
      missing.hidden = false;
      return comment.focus();
    }
    asked = { id: laid, step };
    render();
    /** @type {HTMLElement|null} */ (element.querySelector("[data-key=record]"))?.focus();
  }

  async function record(/** @type {string} */ step) {
    const id = laid;
    const done = await redrawStore.review(
      step,
      bodyOf(step, words.of(id), (local) => momentOf(local, timeZone)),
    );
    asked = null;
    if (done) words.clear(id);
    render();
  }

  function render() {
    const { redraw, busy } = redrawStore.get();
    if (laid !== (redraw?.id ?? 0) || words.of(laid).text !== comment.value) lay();
    const offered = stepsOf(redraw?.may ?? []);
    if (asked && (asked.id !== laid || !offered.includes(asked.step))) asked = null;
    element.hidden = offered.length === 0;
    comment.placeholder = t(
      offered.includes("reject")
        ? "redraw.comment_review"
        : offered.includes("reverse")
          ? "redraw.reason_reverse"
          : "redraw.comment",
    );
    comment.setAttribute("aria-label", t("redraw.comment"));
    when.setAttribute("aria-label", t("redraw.publish_at"));
    if (asked)
      return refill(
        element,
        h("h3", {}, t("redraw.review")),
        ...recordOf(panelContext, asked.step, words.of(laid), record, () => {
          asked = null;
          render();
        }),
      );
    refill(
      element,
      h("h3", {}, t("redraw.review")),
      comment,
      missing,
      offered.includes("publish") &&
        h("p", { class: "check" }, later, h("label", { for: "publish-later" }, t("redraw.publish_later")), when),
      h(
        "div",
        { class: "row-of-buttons" },
        ...offered.map((step, index) =>
          h(
            "button",
            {
              type: "button",
              class: index === 0 && !GRAVE.includes(step) ? "primary" : "plain",
              "data-key": `step-${step}`,
              "data-step": step,
              disabled: busy || (step === "submit" && redraw?.commands === 0),
              onclick: () => ask(step),
            },
            t(`redraw.step.${step}`),
          ),
        ),
      ),
    );
  }
  keepDrawn(panelContext, ["redraw", "busy"], render);
  return element;
}

/**
 * What will be recorded, word for word, and the two ways from here.
 * @param {import("./panel.js").PanelContext} panelContext
 * @param {string} step
 * @param {import("../../redraw/words.js").Words} words
 * @param {(step: string) => void} record
 * @param {() => void} back
 */
function recordOf({ context: { t, store, timeZone }, redrawStore, user }, step, words, record, back) {
  const { busy, preview } = redrawStore.get();
  const { lang } = store.get();
  const comment = recorded(step, words);
  const at = step === "publish" && words.when ? momentOf(words.when, timeZone) : null;
  const moved = step === "publish" && preview ? movedOf(preview).filter(([, n]) => n > 0) : [];
  return [
    h(
      "div",
      { class: "record", "data-step": step },
      h("p", { class: "quiet" }, t("redraw.will_record")),
      h("p", {}, h("b", {}, t(`redraw.step.${step}`)), ` · ${user}`),
      step === "publish" &&
        h("p", {}, at ? t("redraw.holds_from", { at: moment(at, lang, timeZone) }) : t("redraw.holds_at_once")),
      step === "publish" &&
        preview &&
        h(
          "p",
          {},
          t("redraw.changes_grids", { n: preview.grids.length }),
          moved.map(([name, n]) => ` · ${t(`field.${name}`)} ${count(n, lang)}`).join(""),
        ),
      comment !== null && h("p", { class: "comment" }, comment || t("redraw.no_words")),
      comment === null && words.text.trim() !== "" && h("p", { class: "quiet" }, t("redraw.words_stay")),
      GRAVE.includes(step) && h("p", { class: "hint-warning" }, t("redraw.no_way_back")),
    ),
    h(
      "div",
      { class: "row-of-buttons" },
      h(
        "button",
        {
          type: "button",
          class: GRAVE.includes(step) ? "plain grave" : "primary",
          "data-key": "record",
          disabled: busy,
          onclick: () => record(step),
        },
        t("redraw.record", { step: t(`redraw.step.${step}`) }),
      ),
      h(
        "button",
        { type: "button", class: "plain", "data-key": "unrecord", disabled: busy, onclick: back },
        t("redraw.not_yet"),
      ),
    ),
  ];
}
