/** Why a row is taken out of the queue: said once, offered again for the next one. */

import { h } from "../../dom.js";

/** Reasons that clerks give often, by their sentences. */
const USUAL = ["dismiss.no_such_place", "dismiss.not_ours", "dismiss.double"];

/**
 * @param {import("../types.js").Desk} desk
 * @param {{reason: () => string, onDismiss: (reason: string) => void}} parts
 */
export function dismissForm({ t, onSpeak }, { reason, onDismiss }) {
  const words = h("input", { id: "dismiss-reason", list: "dismiss-usual", maxlength: 2000, required: true });
  const usual = h("datalist", { id: "dismiss-usual" });
  const label = h("label", { for: "dismiss-reason" });
  const act = h("button", { type: "submit", class: "primary" });
  const cancel = h("button", { type: "button", class: "plain", onclick: () => close() });
  const element = h(
    "form",
    {
      class: "review-dismiss",
      hidden: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        const said = words.value.trim();
        if (said === "") return;
        close();
        onDismiss(said);
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close(),
    },
    label,
    words,
    usual,
    h("div", { class: "row-of-buttons" }, act, cancel),
  );
  const speak = () => {
    label.textContent = t("dismiss.why");
    act.replaceChildren(h("kbd", {}, "Enter"), t("reviews.key.dismiss"));
    cancel.textContent = t("form.cancel");
    usual.replaceChildren(...USUAL.map((key) => h("option", { value: t(key) })));
  };
  const close = () => {
    element.hidden = true;
    words.blur();
  };
  onSpeak(speak);
  speak();
  return {
    element,
    close,
    open() {
      element.hidden = false;
      words.value = reason() || t(USUAL[0]);
      words.focus();
      words.select();
    },
  };
}
