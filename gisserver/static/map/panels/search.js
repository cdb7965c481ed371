/** <map-search>: one box for addresses, codes and coordinates; a combobox after the ARIA pattern. */

import { ApiError } from "../api.js";
import { h, icon } from "../dom.js";
import { labelOf, refusal } from "../i18n/translate.js";
import { findHits } from "../search.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../search.js").Found} Found */

/** Long enough for the next keystroke of a fast typist, short enough to feel immediate. */
const PAUSE_MS = 180;

export class MapSearch extends HTMLElement {
  /** @type {Context|null} */
  #context = null;
  /** @type {Found[]} */
  #found = [];
  #active = -1;
  /** What the list answers; Enter on anything else asks first. */
  #answered = "";
  #timer = 0;
  #running = new AbortController();
  #input = h("input", {
    type: "text",
    inputmode: "search",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 200,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": "search-list",
  });
  #clear = h("button", { type: "button", class: "icon-button", hidden: true }, icon("close"));
  #list = h("ul", { id: "search-list", role: "listbox", hidden: true });
  #status = h("p", { class: "search-status", role: "status", hidden: true });

  /** @param {Context} context */
  connect(context) {
    this.#context = context;
    this.replaceChildren(
      h(
        "form",
        {
          role: "search",
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            this.#submit();
          },
        },
        icon("search"),
        this.#input,
        this.#clear,
      ),
      this.#status,
      this.#list,
    );
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("focus", () => this.#show(this.#found.length > 0));
    this.#clear.addEventListener("click", () => this.#reset());
    this.addEventListener("focusout", (event) => {
      if (!this.contains(/** @type {Node|null} */ (event.relatedTarget))) this.#show(false);
    });
    context.store.on(["lang"], () => this.#speak());
    this.#speak();
  }

  #speak() {
    const { t } = /** @type {Context} */ (this.#context);
    this.#input.placeholder = t("search.placeholder");
    this.#input.setAttribute("aria-label", t("search.label"));
    this.#list.setAttribute("aria-label", t("search.label"));
    this.#clear.setAttribute("aria-label", t("search.clear"));
    this.#list.replaceChildren(...this.#found.map((found, index) => this.#option(found, index)));
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#running.abort();
    this.#clear.hidden = this.#input.value === "";
    if (this.#input.value.trim() === "") return this.#fill([], "");
    this.#timer = window.setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    const { api, t, store } = /** @type {Context} */ (this.#context);
    const typed = this.#input.value;
    this.#running.abort();
    const { signal } = (this.#running = new AbortController());
    this.toggleAttribute("data-busy", true);
    try {
      const { found, reason } = await findHits(typed, { api, t, lang: store.get().lang, signal });
      this.#answered = typed;
      this.#fill(
        found,
        found.length === 0
          ? t(reason === "nothing_in_your_area" ? "search.nothing_in_your_area" : "search.none", { q: typed.trim() })
          : "",
      );
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#fill([], refusal(t, error));
    } finally {
      if (this.#running.signal === signal) this.toggleAttribute("data-busy", false);
    }
  }

  /** @param {Found[]} found @param {string} message  shown in place of a list */
  #fill(found, message) {
    this.#found = found;
    this.#list.replaceChildren(...found.map((one, index) => this.#option(one, index)));
    this.#status.textContent = message;
    this.#status.hidden = message === "";
    this.#activate(found.length > 0 ? 0 : -1);
    this.#show(found.length > 0);
  }

  /** @param {Found} found @param {number} index */
  #option({ label, type, hint }, index) {
    const { t } = /** @type {Context} */ (this.#context);
    return h(
      "li",
      {
        role: "option",
        id: `search-option-${index}`,
        "aria-selected": String(index === this.#active),
        // Before the focus leaves the box, which would close the list.
        onpointerdown: (/** @type {Event} */ event) => event.preventDefault(),
        onclick: () => this.#choose(index),
      },
      h("span", { class: "option-label" }, label),
      h("span", { class: "option-type" }, labelOf(t, "result", type)),
      hint && h("span", { class: "option-hint mono" }, hint),
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.isComposing) return;
    if (event.key in steps && this.#found.length > 0) {
      event.preventDefault();
      this.#show(true);
      const next = this.#active + steps[/** @type {keyof typeof steps} */ (event.key)];
      this.#activate((next + this.#found.length) % this.#found.length);
    } else if (event.key === "Escape" && this.#input.value !== "") {
      event.preventDefault();
      if (this.#list.hidden) this.#reset();
      else this.#show(false);
    }
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    [...this.#list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    this.#list.children[index]?.scrollIntoView({ block: "nearest" });
    if (index >= 0) this.#input.setAttribute("aria-activedescendant", `search-option-${index}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {boolean} open */
  #show(open) {
    this.#list.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
  }

  async #submit() {
    clearTimeout(this.#timer);
    if (this.#input.value.trim() === "") return;
    if (this.#answered !== this.#input.value || this.#active < 0) await this.#ask();
    if (this.#active >= 0) this.#choose(this.#active);
  }

  /** @param {number} index */
  #choose(index) {
    const { actions } = /** @type {Context} */ (this.#context);
    const { label, at, bounds, zoom, selection } = this.#found[index];
    this.#input.value = this.#answered = label;
    this.#show(false);
    actions.pin(bounds ? null : (at ?? null));
    if (bounds) actions.fit(bounds);
    else if (at) actions.flyTo(at, zoom);
    actions.select(selection);
  }

  #reset() {
    const { actions } = /** @type {Context} */ (this.#context);
    this.#input.value = "";
    this.#typed();
    actions.pin(null);
    this.#input.focus();
  }
}
