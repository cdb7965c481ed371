/** Composition root of the clerk's desk: makes the parts, and shows the page that the address names. */

import { createApi } from "../api.js";
import { csrf, languageTag, rememberLanguage } from "../browser.js";
import { createTranslate } from "../i18n/translate.js";
import { MapLanguage } from "../panels/language.js";
import { MapSignin } from "../panels/signin.js";
import { createStore } from "../store.js";
import { showDispatch } from "./dispatch/page.js";
import { showHouse } from "./house/page.js";
import { showHouseholds } from "./households/page.js";
import { showImports } from "./imports/page.js";
import { showLayers } from "./layers/page.js";
import { showReviews } from "./reviews/page.js";

/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("../types.js").Lang} Lang */

customElements.define("map-language", MapLanguage);
customElements.define("map-signin", MapSignin);

/** @type {Record<string, (desk: Desk) => Promise<void>>} */
const PAGES = {
  reviews: showReviews,
  house: showHouse,
  households: showHouseholds,
  imports: showImports,
  layers: showLayers,
  dispatch: showDispatch,
};
const CATALOGS = ["../i18n/", "./i18n/"];

const main = /** @type {HTMLElement} */ (document.querySelector("#desk"));
const signin = /** @type {MapSignin} */ (document.querySelector("map-signin"));
const language = /** @type {MapLanguage} */ (document.querySelector("map-language"));
const store = createStore({
  lang: /** @type {Lang} */ (document.documentElement.lang.startsWith("en") ? "en" : "zh"),
});
const api = createApi({
  fetch: fetch.bind(window),
  csrf,
  language: () => languageTag(store.get().lang),
  onSignedOut: () => signin.ask(),
  onReach: () => {},
});

/** @param {string} lang  @returns {Promise<Record<string, string>>} the map's sentences and the desk's own */
async function catalogOf(lang) {
  const answers = await Promise.all(CATALOGS.map((folder) => fetch(new URL(`${folder}${lang}.json`, import.meta.url))));
  return Object.assign({}, ...(await Promise.all(answers.map((answer) => answer.json()))));
}

const [zh, en] = await Promise.all(["zh", "en"].map(catalogOf));
const t = createTranslate(() => ({ zh, en })[store.get().lang]);

/** @type {Desk} */
const desk = {
  main,
  api,
  t,
  lang: () => store.get().lang,
  onSpeak: (listener) => store.on(["lang"], listener),
  timeZone: document.documentElement.dataset.timeZone ?? "Asia/Shanghai",
  may: (main.dataset.may ?? "").split(" "),
  building: Number(main.dataset.building ?? 0),
  user: main.dataset.user ?? "",
};

// What the map's panels use of their context is here too.
const context = /** @type {import("../types.js").Context} */ (
  /** @type {unknown} */ ({
    store,
    t,
    actions: {
      speak(/** @type {Lang} */ lang) {
        rememberLanguage(lang);
        store.set({ lang });
      },
    },
  })
);
signin.connect(context, { user: main.dataset.user ?? "", csrf });
language.connect(context);
const entitle = () => {
  document.title = `${t(`desk.${main.dataset.page}`)} · ${t("desk.title")}`;
};
desk.onSpeak(entitle);
entitle();
await PAGES[main.dataset.page ?? "reviews"](desk);
