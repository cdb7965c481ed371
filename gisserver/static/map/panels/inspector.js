/** <map-inspector>: shows the card of what is selected. */

import { cardOf } from "../cards/cards.js";
import { h, icon } from "../dom.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").Card} Card */

export class MapInspector extends HTMLElement {
  /** @type {Context|null} */
  #context = null;

  /** @param {Context} context */
  connect(context) {
    this.#context = context;
    context.store.on(["selection", "detail", "lang"], () => this.#render());
    // On the page, not here: the map keeps the focus when something on it is clicked.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) context.actions.select(null);
    });
    this.#render();
  }

  #render() {
    const context = /** @type {Context} */ (this.#context);
    const { selection, detail, lang } = context.store.get();
    this.hidden = selection === null;
    if (selection === null) return this.replaceChildren();
    const { t, timeZone } = context;
    const record = { ...selection.properties, ...(detail.status === "ready" ? detail.record : {}) };
    const card = cardOf(selection, record, { t, lang, timeZone });
    this.setAttribute("aria-label", t("inspector.label"));
    this.setAttribute("aria-busy", String(detail.status === "loading"));
    this.dataset.kind = selection.kind;
    const focused = this.contains(document.activeElement);
    this.replaceChildren(
      this.#head(card),
      h(
        "div",
        { class: "inspector-body" },
        card.stats.length > 0 &&
          h(
            "dl",
            { class: "stats" },
            ...card.stats.map(({ label, value }) => h("div", {}, h("dd", {}, value), h("dt", {}, label))),
          ),
        this.#rows(card),
        card.past && this.#past(card.past),
        detail.status === "loading" && h("p", { class: "inspector-wait" }, t("inspector.loading")),
        detail.status === "failed" &&
          h("p", { class: "inspector-refusal", role: "alert", "data-code": detail.code }, detail.message),
        card.note && h("p", { class: "inspector-note" }, card.note),
      ),
    );
    // The answer that arrives replaces what was focused; a keyboard must not be thrown back to the page's start.
    if (focused) /** @type {HTMLElement|null} */ (this.querySelector(".close"))?.focus();
  }

  /** @param {Card} card */
  #head(card) {
    const { t, actions } = /** @type {Context} */ (this.#context);
    return h(
      "header",
      { class: "inspector-head" },
      h(
        "div",
        { class: "inspector-tags" },
        h("span", { class: "tag" }, icon(/** @type {any} */ (this.dataset.kind)), card.badge),
        card.state &&
          h("span", { class: "state" }, h("i", { style: `background:${card.state.color}` }), card.state.text),
        h(
          "button",
          {
            type: "button",
            class: "icon-button close",
            "aria-label": t("inspector.close"),
            onclick: () => actions.select(null),
          },
          icon("close"),
        ),
      ),
      h("h2", {}, card.title),
      card.code && h("p", { class: "code" }, h("code", {}, card.code), this.#copyButton(card.code)),
    );
  }

  /** @param {string} code */
  #copyButton(code) {
    const { t } = /** @type {Context} */ (this.#context);
    const button = h(
      "button",
      { type: "button", class: "icon-button", title: t("inspector.copy"), "aria-label": t("inspector.copy") },
      icon("copy"),
    );
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code);
      button.replaceChildren(icon("done"));
      button.setAttribute("aria-label", t("inspector.copied"));
    });
    return button;
  }

  /** @param {import("../types.js").Past[]} past */
  #past(past) {
    const { t, actions } = /** @type {Context} */ (this.#context);
    return h(
      "section",
      { class: "past" },
      h("h3", {}, t("history.title")),
      h(
        "ol",
        {},
        ...past.map(({ at, when, title, more }) =>
          h(
            "li",
            {},
            h(
              "button",
              { type: "button", title: t("history.show"), onclick: () => actions.travel(at) },
              h("b", {}, title),
              h("span", {}, when),
              h("span", {}, more),
            ),
          ),
        ),
      ),
    );
  }

  /** @param {Card} card */
  #rows(card) {
    const { actions } = /** @type {Context} */ (this.#context);
    return h(
      "dl",
      { class: "rows" },
      ...card.rows.map(({ label, value, href, url, mono }) =>
        h(
          "div",
          {},
          h("dt", {}, label),
          h(
            "dd",
            { class: mono && "mono" },
            href && h("button", { type: "button", class: "link", onclick: () => actions.select(href) }, value),
            url && h("a", { class: "link", href: url }, value),
            !href && !url && value,
          ),
        ),
      ),
    );
  }
}
