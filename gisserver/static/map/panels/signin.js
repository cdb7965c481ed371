/** <map-signin>: signs in again where one is, when the session has ended; nothing on the page is lost. */

import { h } from "../dom.js";

/** @typedef {import("../types.js").Context} Context */
/** What a sign-in leads to: any door that answers everybody. */
const NEXT = "/healthz";

export class MapSignin extends HTMLElement {
  /** Those who wait for the session. @type {Promise<void>|null} */
  #waiting = null;
  /** @type {() => void} */
  #done = () => {};
  /** @type {Context|null} */
  #context = null;
  #name = h("input", {
    name: "username",
    autocomplete: "username",
    autocapitalize: "none",
    maxlength: 150,
    required: true,
  });
  #password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  #title = h("h2", {});
  #lead = h("p", { class: "quiet" });
  #refusal = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  #labels = { name: h("span", {}), password: h("span", {}) };
  #button = h("button", { type: "submit", class: "primary" });
  #dialog = h("dialog", { class: "signin" });

  /** @param {Context} context @param {{user: string, csrf: () => string}} who  `user`: whose page this is */
  connect(context, { user, csrf }) {
    this.#context = context;
    this.#name.value = user;
    this.#dialog.append(
      h(
        "form",
        {
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            this.#send(user, csrf);
          },
        },
        this.#title,
        this.#lead,
        this.#refusal,
        h("label", {}, this.#labels.name, this.#name),
        h("label", {}, this.#labels.password, this.#password),
        this.#button,
      ),
    );
    // Without a session nothing goes on: the dialog stays until there is one.
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.replaceChildren(this.#dialog);
    context.store.on(["lang"], () => this.#speak());
    this.#speak();
  }

  /** Ask who it is, once however many wait. @returns {Promise<void>} when there is a session again */
  ask() {
    this.#waiting ??= new Promise((resolve) => {
      this.#done = () => {
        this.#waiting = null;
        resolve();
      };
      this.#password.value = "";
      this.#refusal.hidden = true;
      this.#dialog.showModal();
      this.#password.focus();
    });
    return this.#waiting;
  }

  #speak() {
    const { t } = /** @type {Context} */ (this.#context);
    this.#title.textContent = t("signin.title");
    this.#lead.textContent = t("signin.lead");
    this.#labels.name.textContent = t("signin.name");
    this.#labels.password.textContent = t("signin.password");
    this.#button.textContent = t("signin.enter");
  }

  /** @param {string} user @param {() => string} csrf */
  async #send(user, csrf) {
    this.#button.disabled = true;
    try {
      await fetch("/login/"); // for a token of the new session
      const body = new URLSearchParams({ username: this.#name.value, password: this.#password.value, next: NEXT });
      const answer = await fetch("/login/", { method: "POST", body, headers: { "x-csrftoken": csrf() } });
      if (!answer.ok || !answer.url.endsWith(NEXT))
        return this.#refuse(answer.status === 429 ? "signin.too_often" : "signin.wrong");
      // Another person sees another map.
      if (this.#name.value !== user) return location.reload();
      this.#dialog.close();
      this.#done();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch's word for no answer
      this.#refuse("app.offline");
    } finally {
      this.#button.disabled = false;
    }
  }

  /** @param {string} key */
  #refuse(key) {
    this.#refusal.textContent = /** @type {Context} */ (this.#context).t(key);
    this.#refusal.hidden = false;
    this.#password.select();
  }
}
