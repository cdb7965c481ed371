/** <map-status>: what lies under the pointer and where it is; and a banner while the network is away. */

import { h } from "../dom.js";
import { lonLat } from "../format.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../map/engine.js").PointerNews} PointerNews */

export class MapStatus extends HTMLElement {
  /** @type {Context|null} */
  #context = null;
  #pointer = h("p", { class: "pointer" });
  #demo = h("p", { class: "demo", hidden: true });
  #banner = h("p", { class: "banner", role: "alert", hidden: true });

  /** @param {Context} context */
  connect(context) {
    this.#context = context;
    this.replaceChildren(this.#banner, this.#pointer, this.#demo);
    context.store.on(["online", "lang"], ({ online }) => {
      this.#banner.hidden = online;
      this.#banner.textContent = online ? "" : context.t("app.offline");
    });
    context.store.on(["lang"], () => this.point(null));
    this.point(null);
  }

  /** @param {PointerNews|null} news */
  point(news) {
    const { t } = /** @type {Context} */ (this.#context);
    if (!news) return this.#pointer.replaceChildren(t("inspector.empty"));
    const { hit, at } = news;
    const many = Number(hit?.properties.point_count ?? 0);
    const name = many > 0 ? `× ${many}` : hit && (hit.properties.name || hit.properties.code || hit.properties.title);
    this.#pointer.replaceChildren(
      h("span", { class: "mono" }, lonLat(at)),
      h("span", {}, hit ? [this.#kind(hit), name].filter(Boolean).join(" ") : ""),
    );
  }

  /**
   * While a draft lies on the map: what its grid under the pointer carries; nothing without a pointer.
   * @param {[number, number]|null} at
   * @param {string} words
   */
  tell(at, words) {
    this.#pointer.replaceChildren(...(at ? [h("span", { class: "mono" }, lonLat(at)), h("span", {}, words)] : []));
  }

  /** @param {import("../map/engine.js").Hit} hit */
  #kind({ source, layer }) {
    const { store, t } = /** @type {Context} */ (this.#context);
    const { published } = store.get();
    const known = source === layer ? undefined : published.find(({ id }) => id === layer);
    return known ? known.title : t(`kind.${layer}`);
  }

  /** Generated data say so wherever they are seen. @param {string} source  where the grids come from */
  credit(source) {
    this.#demo.hidden = !source.startsWith("demo");
    this.#demo.textContent = /** @type {Context} */ (this.#context).t("map.demo");
  }

  /** @param {string} message  something the map cannot do without did not work */
  fail(message) {
    this.#banner.hidden = false;
    this.#banner.textContent = message;
  }
}
