/** An event by a form: its fields, a preview of what it would do, then doing it. */

import { ApiError } from "../../api.js";
import { h } from "../../dom.js";
import { refusal } from "../../i18n/translate.js";
import { momentOf } from "../../redraw/moments.js";
import { fieldOf, homeOf } from "./fields.js";
import { linesOf } from "./telling.js";

/**
 * @param {import("../types.js").Desk} desk
 * @param {import("./forms.js").Form} form
 * @param {import("./forms.js").Subject} subject
 * @param {string} about  what it is about, in words
 * @param {(answer: {event: import("./telling.js").LifeEvent}) => void} onDone
 */
export function openForm(desk, form, subject, about, onDone) {
  const { t, api, timeZone } = desk;
  const key = crypto.randomUUID();
  const fields = form.fields.map((field) => fieldOf(desk, field, subject));
  const reason = h("input", { id: "event-reason", maxlength: 2000, required: form.grave });
  const when = h("input", { id: "event-when", type: "datetime-local" });
  const told = h("div", { class: "many-told", role: "status" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const preview = h("button", { type: "submit", class: "plain", value: "preview" }, t("form.preview"));
  const act = h(
    "button",
    { type: "submit", class: form.grave ? "plain grave" : "primary", value: "act", disabled: true },
    t("form.act"),
  );
  const body = h(
    "form",
    {},
    h("h2", { id: "event-title" }, t(`event.${form.name}`)),
    h("p", { class: "quiet" }, about),
    ...fields.map(({ element }) => element),
    h(
      "div",
      { class: "pair" },
      h("div", {}, h("label", { for: "event-reason" }, t(form.grave ? "form.reason_needed" : "form.reason")), reason),
      h("div", {}, h("label", { for: "event-when" }, t("form.when")), when),
    ),
    told,
    trouble,
    h(
      "div",
      { class: "row-of-buttons" },
      preview,
      act,
      h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, t("form.cancel")),
    ),
  );
  const dialog = h("dialog", { class: "desk-dialog", "aria-labelledby": "event-title" }, body);

  /** The order as the fields say it; what was previewed is what is done. */
  async function order() {
    const values = Object.fromEntries(fields.map(({ name, value }) => [name, value()]));
    for (const { name, type } of form.fields)
      if (type === "home" && values[name]) values[name] = await homeOf(desk, subject, values[name]);
    const { method, path, body: said } = form.order(subject, values);
    const moment = when.value ? momentOf(when.value, timeZone) : null;
    const words = {
      ...(reason.value.trim() && { reason: reason.value.trim() }),
      ...(moment && { effective_at: moment }),
    };
    return { method, path, body: { ...said, ...words } };
  }

  /** @param {boolean} dry */
  async function send(dry) {
    trouble.hidden = true;
    preview.disabled = act.disabled = true;
    try {
      const { method, path, body: said } = await order();
      const answer = dry ? await api[method](path, { ...said, dry_run: true }) : await api[method](path, said, { key });
      if (dry) {
        told.replaceChildren(h("b", {}, t("form.would")), ...linesOf(t, answer.event).map((line) => h("p", {}, line)));
        act.disabled = false;
        act.focus();
      } else {
        dialog.close();
        onDone(answer);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    } finally {
      preview.disabled = false;
    }
  }

  body.addEventListener("input", () => {
    act.disabled = true;
    told.replaceChildren();
  });
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    // Enter in a field previews first; the second Enter, on the button that has the focus then, does it.
    send(/** @type {HTMLButtonElement|null} */ (event.submitter)?.value !== "act");
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
