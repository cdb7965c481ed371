/** The review queue's page: rows in doubt, one at a time, decided by a key. */

import { h, refill } from "../../dom.js";
import { count } from "../../format.js";
import { labelOf } from "../../i18n/translate.js";
import { createCandidatesMap } from "./candidates-map.js";
import { dismissForm } from "./dismiss.js";
import { outcomeLines } from "./effect.js";
import { createFilters, queryOf } from "./filters.js";
import { meaningOf, SHOWN } from "./keys.js";
import { openMany } from "./many.js";
import { current } from "./queue.js";
import { rowView, shortened } from "./row.js";
import { createWork } from "./work.js";

const TYPING = "input, textarea, select, [contenteditable]";

/** @param {import("../types.js").Desk} desk */
export async function showReviews(desk) {
  const { main, t } = desk;
  const map = await createCandidatesMap(desk, (candidate) => work.choose(candidate));
  const work = createWork({ api: desk.api, t, onChange: render });
  const filters = createFilters(desk, (wanted) => work.load(queryOf(wanted)));
  const dismissal = dismissForm(desk, { reason: () => work.get().reason, onDismiss: (words) => work.dismiss(words) });
  const head = h("div", { class: "review-head" });
  const list = h("ol", { class: "review-list" });
  const told = h("p", { class: "review-told", role: "status" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert" });
  const question = h("div", { class: "review-question", role: "alert" });
  const row = h("div", { class: "review-shown" });
  const keys = h("ul", { class: "review-keys" });
  /** What the map shows now. @type {readonly import("../types.js").Candidate[]|undefined} */
  let mapped;
  main.replaceChildren(
    h(
      "div",
      { class: "reviews" },
      h("div", { class: "review-top" }, head, filters.element),
      list,
      h("div", { class: "review-work" }, row, dismissal.element, question, trouble, told, keys),
      map.element,
    ),
  );

  /** What each key and each button does. @type {Record<string, () => unknown>} */
  const acts = {
    next: () => work.move(1),
    back: () => work.move(-1),
    dismiss: () => current(work.get().queue)?.status === "open" && dismissal.open(),
    undo: () => work.undo(),
    preview: () => work.preview(pointed()),
    find: () => filters.focus(),
    many: () =>
      openMany(desk, {
        filters: filters.get,
        reason: () => work.get().reason,
        onDone: (outcome) => work.many(outcome.done, outcomeLines(t, outcome).join(t("list.then"))),
      }),
    yes: () => work.yes(),
    no: () => {
      dismissal.close();
      work.no();
    },
  };
  document.addEventListener("keydown", onKey);
  desk.onSpeak(() => render());
  render();
  await work.load(queryOf(filters.get()));

  /** The candidate that has the focus, else the first. */
  function pointed() {
    const key = document.activeElement?.closest("[data-key]")?.getAttribute("data-key") ?? "";
    return Number(/^candidate-(\d)$/.exec(key)?.[1] ?? 1);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || event.isComposing || event.repeat || document.querySelector("dialog[open]")) return;
    const meaning = meaningOf(event);
    if (!meaning) return;
    if (target.closest?.(TYPING)) {
      if (meaning.act === "no") /** @type {HTMLElement} */ (target).blur();
      return;
    }
    // Enter answers a question; else it belongs to what has the focus, as the arrows do to the map.
    if (meaning.act === "yes" && (!work.get().question || target.closest("button, a"))) return;
    if (event.key.startsWith("Arrow") && target.closest(".review-map")) return;
    event.preventDefault();
    if (work.get().busy) return;
    if (meaning.act === "choose") work.choose(meaning.candidate);
    else acts[meaning.act]();
  }

  function render() {
    const { queue, summary, busy, question: asked, told: words, trouble: wrong, ahead } = work.get();
    const shown = current(queue);
    main.toggleAttribute("aria-busy", busy);
    filters.render(summary);
    refill(
      head,
      h("h1", {}, t("desk.reviews")),
      h(
        "p",
        { class: "quiet", "data-total": summary.total ?? 0 },
        t("reviews.total", { n: count(summary.total ?? 0, desk.lang()) }),
      ),
      h("button", { type: "button", class: "plain", "data-key": "many", onclick: acts.many }, t("reviews.key.many")),
    );
    refill(
      list,
      ...queue.rows.slice(0, 200).map(({ id, text, reason, candidates }) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              "data-key": `row-${id}`,
              "aria-current": id === shown?.id && "true",
              onclick: () => work.show(id),
            },
            h("span", { class: "row-title", title: text }, shortened(text) || "—"),
            h(
              "span",
              { class: "row-more" },
              `${labelOf(t, "doubt", reason)} · ${t("reviews.candidates", { n: candidates.length })}`,
            ),
          ),
        ),
      ),
    );
    keepInSight();
    const listeners = { onChoose: (/** @type {number} */ n) => work.choose(n), onPoint: map.point };
    refill(
      row,
      shown
        ? rowView(desk, shown, ahead.id === shown.id ? ahead.sentence : "", listeners)
        : h("p", { class: "review-none" }, t("reviews.none")),
    );
    told.textContent = words;
    trouble.textContent = wrong;
    trouble.hidden = wrong === "";
    refill(question, ...(asked ? questionOf(asked) : []));
    question.hidden = asked === null;
    refill(keys, ...SHOWN.map(([key, act]) => h("li", {}, keyOf(key, act))));
    if (shown?.candidates !== mapped) {
      mapped = shown?.candidates;
      map.show(mapped ?? []);
    }
  }

  /** Scroll the list, and nothing else, to the row that is shown. */
  function keepInSight() {
    const shown = /** @type {HTMLElement|null} */ (list.querySelector("[aria-current]"));
    if (!shown) return;
    const { offsetTop: top, offsetHeight: height } = shown;
    const above = list.scrollTop;
    if (top < above || top + height > above + list.clientHeight) list.scrollTop = top - height;
  }

  /** @param {string} key @param {string} act */
  function keyOf(key, act) {
    const words = [h("kbd", {}, key), t(`reviews.key.${act}`)];
    if (!(act in acts)) return h("span", {}, ...words);
    return h("button", { type: "button", "data-key": `act-${act}`, onclick: () => acts[act]() }, ...words);
  }

  /** @param {import("./work.js").Question} asked */
  function questionOf({ sentence }) {
    return [
      h("p", {}, sentence),
      h(
        "div",
        { class: "row-of-buttons" },
        h("button", { type: "button", class: "primary", onclick: acts.yes }, h("kbd", {}, "Enter"), t("reviews.yes")),
        h("button", { type: "button", class: "plain", onclick: acts.no }, h("kbd", {}, "Esc"), t("reviews.no")),
      ),
    ];
  }
}
