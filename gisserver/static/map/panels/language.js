/** <map-language>: the two languages; and the page's own words, marked by data-t, follow. */

import { h } from "../dom.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").Lang} Lang */

/** @type {[Lang, string][]} */
const LANGUAGES = [
  ["zh", "中文"],
  ["en", "EN"],
];

export class MapLanguage extends HTMLElement {
  /** @param {Context} context */
  connect({ store, t, actions }) {
    const render = () => {
      const { lang } = store.get();
      document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
      document.title = t("app.title");
      for (const element of document.querySelectorAll("[data-t]"))
        element.textContent = t(element.getAttribute("data-t") ?? "");
      for (const element of document.querySelectorAll("[data-t-label]"))
        element.setAttribute("aria-label", t(element.getAttribute("data-t-label") ?? ""));
      this.replaceChildren(
        ...LANGUAGES.map(([code, name]) =>
          h(
            "button",
            { type: "button", lang: code, "aria-pressed": String(code === lang), onclick: () => actions.speak(code) },
            name,
          ),
        ),
      );
    };
    store.on(["lang"], render);
    render();
  }
}
