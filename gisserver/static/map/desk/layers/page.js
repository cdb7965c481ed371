/** Layers that people have uploaded: a list, and a new one from a file that is looked at first. */

import { ApiError } from "../../api.js";
import { h, refill } from "../../dom.js";
import { moment } from "../../format.js";
import { labelOf, refusal } from "../../i18n/translate.js";
import { createStart } from "./start.js";

/**
 * @typedef {object} Layer
 * @property {string} id
 * @property {string} title
 * @property {"vector"|"raster"} kind
 * @property {string|null} geometry_type
 * @property {number|null} feature_count
 * @property {string|null} owner
 * @property {string} file
 * @property {string} created_at
 */

/** @param {import("../types.js").Desk} desk */
export async function showLayers(desk) {
  const { main, api, t, lang, timeZone, onSpeak, may, user } = desk;
  /** @type {Layer[]} */
  let layers = [];
  /** The layer that somebody is about to withdraw. */
  let asked = "";
  const title = h("h1", {});
  const lead = h("p", { class: "quiet" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const status = h("p", { role: "status" });
  const list = h("div", {});
  const start = may.includes("upload_layers") && createStart(desk, () => during(load));
  main.replaceChildren(h("div", { class: "desk-sheet" }, title, lead, start, trouble, status, list));
  onSpeak(render);
  await during(load);

  /** @param {() => Promise<void>} work */
  async function during(work) {
    trouble.hidden = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    }
    render();
  }

  async function load() {
    ({ layers } = await api.get("/api/layers/"));
  }

  const withdraw = (/** @type {Layer} */ layer) =>
    during(async () => {
      asked = "";
      await api.remove(`/api/layers/${layer.id}/`);
      await load();
      status.textContent = t("uploads.withdrawn", { title: layer.title });
    });

  function render() {
    title.textContent = t("desk.layers");
    lead.textContent = t("uploads.lead");
    refill(list, layers.length === 0 ? h("p", { class: "quiet" }, t("uploads.none")) : tableOf());
  }

  function tableOf() {
    const heads = ["uploads.title_of", "uploads.holds", "uploads.from", "uploads.use"];
    return h(
      "table",
      { class: "list" },
      h("caption", { class: "unseen" }, t("desk.layers")),
      h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, ...layers.map(rowOf)),
    );
  }

  /** @param {Layer} layer */
  function rowOf(layer) {
    const holds =
      layer.kind === "raster"
        ? t("uploads.raster")
        : t("uploads.features", {
            n: (layer.feature_count ?? 0).toLocaleString(lang()),
            kind: labelOf(t, "geometry", layer.geometry_type),
          });
    return h(
      "tr",
      { "data-layer": layer.id },
      h("td", { "data-label": t("uploads.title_of") }, layer.title, h("br"), h("span", { class: "quiet" }, layer.id)),
      h("td", { "data-label": t("uploads.holds") }, holds),
      h(
        "td",
        { "data-label": t("uploads.from") },
        layer.file,
        h("br"),
        h(
          "span",
          { class: "quiet" },
          [layer.owner, moment(layer.created_at, lang(), timeZone)].filter(Boolean).join(" · "),
        ),
      ),
      h("td", { "data-label": t("uploads.use") }, ...usesOf(layer)),
    );
  }

  /** @param {Layer} layer */
  function usesOf(layer) {
    const mine = layer.owner === user || may.includes("administer");
    if (asked === layer.id) {
      return [
        h("p", {}, t("uploads.sure")),
        h(
          "div",
          { class: "row-of-buttons" },
          h(
            "button",
            { type: "button", class: "plain grave", "data-key": `sure-${layer.id}`, onclick: () => withdraw(layer) },
            t("uploads.withdraw"),
          ),
          h("button", { type: "button", class: "plain", onclick: () => ask("") }, t("form.cancel")),
        ),
      ];
    }
    return [
      layer.kind === "vector" && h("a", { href: `/ogc/collections/${layer.id}?f=html` }, t("uploads.open")),
      " ",
      layer.kind === "vector" &&
        may.includes("export") &&
        h("a", { href: `/ogc/collections/${layer.id}/download?f=geojson`, download: "" }, t("uploads.download")),
      " ",
      mine &&
        h(
          "button",
          { type: "button", class: "plain grave", "data-key": `withdraw-${layer.id}`, onclick: () => ask(layer.id) },
          t("uploads.withdraw"),
        ),
    ];
  }

  /** @param {string} id */
  function ask(id) {
    asked = id;
    render();
    /** @type {HTMLElement|null} */ (list.querySelector(`[data-key="sure-${CSS.escape(id)}"]`))?.focus();
  }
}
