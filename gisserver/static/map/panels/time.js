/** <map-time>: chooses the moment whose grids the map shows: by a slider, a date, or from change to change. */

import { h, icon } from "../dom.js";
import { moment } from "../format.js";
import { localOf, momentOf } from "../redraw/moments.js";
import { neighbours, spanOf } from "../redraw/timeline.js";

/** @typedef {import("../types.js").Context} Context */

const AN_HOUR_MS = 3600 * 1000;
/** A slider that is dragged asks for tiles when it rests, not all along. */
const PAUSE_MS = 160;

export class MapTime extends HTMLElement {
  /** When the partition changed, or will. @type {number[]} */
  #changes = [];

  /**
   * @param {Context} context
   * @param {() => Promise<number[]>} changesOf  asked whenever the panel opens
   * @param {(at: string) => Promise<string|null>} noticeOf  the notice about a moment, the server's code
   */
  connect({ store, t, timeZone }, changesOf, noticeOf) {
    const title = h("h2", {});
    const words = h("p", { role: "status" });
    const tip = h("p", { class: "tip" });
    const notice = h("p", { class: "notice", role: "alert", hidden: true });
    const slider = h("input", { type: "range", step: AN_HOUR_MS, list: "time-changes" });
    const ticks = h("datalist", { id: "time-changes" });
    const field = h("input", { type: "datetime-local" });
    const earlier = h("button", { type: "button", class: "icon-button" }, icon("back"));
    const later = h("button", { type: "button", class: "icon-button forth" }, icon("back"));
    const present = h("button", { type: "button", class: "plain" });
    this.replaceChildren(
      h("header", {}, title, words, tip),
      notice,
      h("div", { class: "time-row" }, earlier, slider, ticks, later, field, present),
    );

    const shown = () => (store.get().at ? Date.parse(/** @type {string} */ (store.get().at)) : Date.now());
    const go = (/** @type {number} */ ms) =>
      store.set({
        at: Math.abs(ms - Date.now()) < AN_HOUR_MS ? null : new Date(ms).toISOString().replace(/\.\d+Z/, "Z"),
        selection: null,
      });
    let timer = 0;
    slider.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => go(Number(slider.value)), PAUSE_MS);
    });
    field.addEventListener("change", () => {
      const iso = momentOf(field.value, timeZone);
      if (iso) store.set({ at: iso, selection: null });
    });
    const hop = (/** @type {"before"|"after"} */ way) => () => {
      const to = neighbours(this.#changes, shown())[way];
      if (to !== null) store.set({ at: new Date(to).toISOString(), selection: null });
    };
    earlier.addEventListener("click", hop("before"));
    later.addEventListener("click", hop("after"));
    present.addEventListener("click", () => store.set({ at: null, selection: null }));

    const render = () => {
      const { history, at, lang } = store.get();
      this.hidden = !history;
      const [low, high] = spanOf(this.#changes, Date.now());
      Object.assign(slider, { min: String(low), max: String(high) });
      slider.value = String(shown());
      ticks.replaceChildren(...this.#changes.map((ms) => h("option", { value: ms })));
      field.value = localOf(shown(), timeZone);
      title.textContent = t("time.title");
      words.textContent =
        at === null
          ? t("time.present")
          : t(Date.parse(at) > Date.now() ? "time.future" : "time.shown", { at: moment(at, lang, timeZone) });
      tip.textContent = t("time.edges");
      this.dataset.at = at ?? "";
      present.textContent = t("time.now");
      present.disabled = at === null;
      const { before, after } = neighbours(this.#changes, shown());
      earlier.disabled = before === null;
      later.disabled = after === null;
      for (const [element, key] of /** @type {[HTMLElement, string][]} */ ([
        [slider, "time.title"],
        [field, "time.title"],
        [earlier, "time.earlier"],
        [later, "time.later"],
      ])) {
        element.setAttribute("aria-label", t(key));
        element.title = t(key);
      }
    };
    /** An empty map says why it is. */
    const explain = async () => {
      const { history, at } = store.get();
      notice.hidden = true;
      if (!history || at === null) return;
      const found = await noticeOf(at).catch(() => null);
      if (store.get().at !== at || !found) return;
      notice.textContent = t(`time.${found}`);
      notice.hidden = false;
    };
    store.on(["history", "at", "lang"], render);
    store.on(["history", "at", "lang"], explain);
    store.on(["history"], async ({ history }) => {
      if (history) {
        this.#changes = await changesOf();
        render();
      }
    });
    render();
  }
}
