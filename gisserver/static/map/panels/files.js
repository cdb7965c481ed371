/** What a layer can be downloaded as: the links `enclosure` of its collection, fetched when somebody looks. */

import { h } from "../dom.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @param {Context} context
 * @param {string} id  of the collection
 */
export function filesOf({ api, t }, id) {
  const list = h("ul", {});
  const load = async () => {
    if (list.childElementCount > 0) return;
    const { links } = await api.get(`/ogc/collections/${encodeURIComponent(id)}`);
    const files = links.filter((/** @type {any} */ { rel }) => rel === "enclosure");
    list.replaceChildren(...files.map((/** @type {any} */ { href, title }) => h("li", {}, h("a", { href }, title))));
  };
  return h("details", { class: "files", ontoggle: load }, h("summary", {}, t("layers.download")), list);
}
