/** Deciding all rows that the filters let through: what, a preview of how many, then doing it. */

import { ApiError } from "../../api.js";
import { h } from "../../dom.js";
import { refusal } from "../../i18n/translate.js";
import { outcomeLines } from "./effect.js";
import { queryOf } from "./filters.js";
import { MOST_AT_ONCE } from "./work.js";

/**
 * @param {import("../types.js").Desk} desk
 * @param {object} parts
 * @param {() => import("./filters.js").Filters} parts.filters
 * @param {() => string} parts.reason  the words of the last dismissal
 * @param {(outcome: import("../types.js").Outcome) => void} parts.onDone
 */
export function openMany({ api, t }, { filters, reason, onDone }) {
  const verb = h(
    "select",
    { id: "many-verb" },
    h("option", { value: "candidate" }, t("many.first")),
    h("option", { value: "dismiss" }, t("many.dismiss")),
  );
  const words = h("input", { id: "many-reason", maxlength: 2000, value: reason() });
  const make = h("input", { type: "checkbox", id: "many-make" });
  const told = h("div", { class: "many-told", role: "status" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const preview = h("button", { type: "button", class: "plain" }, t("form.preview"));
  const act = h("button", { type: "submit", class: "primary", disabled: true }, t("many.act"));
  const dialog = h(
    "dialog",
    { class: "desk-dialog", "aria-labelledby": "many-title" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "many-title" }, t("many.title")),
      h("label", { for: "many-verb" }, t("many.verb")),
      verb,
      h("label", { for: "many-reason" }, t("many.reason")),
      words,
      h("p", { class: "check" }, make, h("label", { for: "many-make" }, t("many.make_units"))),
      told,
      trouble,
      h(
        "div",
        { class: "row-of-buttons" },
        preview,
        act,
        h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, t("form.cancel")),
      ),
    ),
  );
  /** @type {number[]} */
  let ids = [];

  const bodyOf = (/** @type {boolean} */ dry) => ({
    reviews: ids,
    ...(verb.value === "dismiss"
      ? { dismiss: words.value.trim() }
      : { candidate: 1, make_unit: make.checked, comment: words.value.trim() }),
    dry_run: dry,
  });

  /** @param {() => Promise<void>} work */
  async function during(work) {
    trouble.hidden = true;
    preview.disabled = true;
    dialog.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    } finally {
      preview.disabled = false;
      dialog.removeAttribute("aria-busy");
    }
  }

  const stale = () => {
    act.disabled = true;
    told.replaceChildren();
  };
  for (const field of [verb, words, make]) field.addEventListener("input", stale);
  preview.addEventListener("click", () =>
    during(async () => {
      stale();
      const { results } = await api.get(
        `/api/reviews/?${queryOf({ ...filters(), status: "open", limit: String(MOST_AT_ONCE) })}`,
      );
      ids = results.map((/** @type {import("../types.js").Review} */ row) => row.id);
      if (ids.length === 0) return told.replaceChildren(h("p", {}, t("reviews.none")));
      const outcome = await api.post("/api/reviews/decide/", bodyOf(true));
      told.replaceChildren(
        h("p", {}, h("b", {}, t("many.rows", { n: ids.length }))),
        ...outcomeLines(t, outcome).map((line) => h("p", {}, line)),
      );
      act.disabled = outcome.done.length === 0;
      if (!act.disabled) act.focus();
    }),
  );
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    act.disabled = true;
    during(async () => {
      const outcome = await api.post("/api/reviews/decide/", bodyOf(false));
      dialog.close();
      onDone(outcome);
    });
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
