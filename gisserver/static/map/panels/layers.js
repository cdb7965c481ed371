/** <map-layers>: switches layers on and off and is the legend at once. */

import { h, icon } from "../dom.js";
import { CLUSTER, KIND_COLORS, OVERLAY, STATUS_COLORS, WATER } from "../map/palette.js";
import { LAYER_NAMES } from "../map/style.js";
import { shownOf } from "../published.js";
import { filesOf } from "./files.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").LayerName} LayerName */

/** What each layer's colours and lines mean: [class of the swatch, colour, key of the label]. */
/** @type {Record<Exclude<LayerName, "incidents">, [string, string, string][]>} */
const LEGEND = {
  divisions: [
    ["line thick", "#4d6476", "level.subdistrict"],
    ["line", "#6b8496", "level.community"],
  ],
  grids: [],
  buildings: Object.entries(KIND_COLORS).map(([kind, color]) => ["square", color, `building_kind.${kind}`]),
};

/** @type {Record<import("../types.js").Geometry, string>} */
const SHAPES = { polygon: "square", line: "line", point: "dot", any: "dot" };
/** @type {Record<import("../types.js").Role, [string, string]>} */
const BASEMAP = { land: ["square", "#c9e6bb"], water: ["line thick", WATER], roads: ["road", "#fff"] };

/** @param {import("../types.js").Published} layer @returns {[string, string]} class and colour of its swatch */
function swatchOf({ role, geometry }) {
  return role ? BASEMAP[role] : [SHAPES[geometry], OVERLAY];
}

export class MapLayers extends HTMLElement {
  /** @type {Context|null} */
  #context = null;
  #open = window.innerWidth > 720;

  /** @param {Context} context */
  connect(context) {
    this.#context = context;
    context.store.on(["visible", "statuses", "lang", "published", "switched"], () => this.#render());
    this.#render();
  }

  #render() {
    const { t } = /** @type {Context} */ (this.#context);
    const focused = /** @type {HTMLElement|null} */ (this.querySelector(":focus"))?.dataset.layer;
    this.setAttribute("aria-label", t("layers.title"));
    this.replaceChildren(
      h(
        "button",
        {
          type: "button",
          class: "panel-toggle",
          "aria-expanded": String(this.#open),
          "aria-controls": "layer-list",
          onclick: () => {
            this.#open = !this.#open;
            this.#render();
          },
        },
        icon("layers"),
        h("span", {}, t("layers.title")),
      ),
      h(
        "div",
        { id: "layer-list", hidden: !this.#open },
        ...LAYER_NAMES.map((name) => this.#layer(name)),
        this.#published(),
        this.dataset.may?.split(" ").includes("upload_layers") &&
          h("a", { class: "add-layer", href: "/desk/layers/" }, icon("plus"), h("span", {}, t("layers.add"))),
      ),
    );
    if (focused) /** @type {HTMLElement|null} */ (this.querySelector(`[data-layer="${focused}"]`))?.focus();
  }

  /** @param {LayerName} name */
  #layer(name) {
    const { store, t } = /** @type {Context} */ (this.#context);
    const { visible } = store.get();
    const toggle = () => store.set({ visible: { ...store.get().visible, [name]: !store.get().visible[name] } });
    return h(
      "section",
      { class: "layer", "data-on": String(visible[name]) },
      h(
        "label",
        {},
        icon(name),
        h("span", {}, t(`layers.${name}`)),
        h("input", { type: "checkbox", role: "switch", "data-layer": name, checked: visible[name], onchange: toggle }),
      ),
      visible[name] && (name === "incidents" ? this.#statuses() : this.#legend(LEGEND[name])),
      visible[name] && filesOf(/** @type {Context} */ (this.#context), name),
    );
  }

  /** The layers of others: those that the map knows how to draw in the base map, and overlays. */
  #published() {
    const { store, t } = /** @type {Context} */ (this.#context);
    const { published, switched } = store.get();
    const shown = shownOf({ published, switched });
    if (published.length === 0) return null;
    return h(
      "section",
      { class: "published", "aria-labelledby": "published-title" },
      h("h2", { id: "published-title" }, t("layers.published")),
      ...published.map((layer) => {
        const on = shown.includes(layer);
        const toggle = () => store.set({ switched: { ...store.get().switched, [layer.id]: !on } });
        const [shape, color] = swatchOf(layer);
        return h(
          "div",
          { class: "layer", "data-on": String(on) },
          h(
            "label",
            {},
            h("i", { class: shape, style: `--swatch:${color}` }),
            h("span", { title: layer.title }, layer.title),
            h("input", {
              type: "checkbox",
              role: "switch",
              "data-layer": `published-${layer.id}`,
              checked: on,
              onchange: toggle,
            }),
          ),
          on && filesOf(/** @type {Context} */ (this.#context), layer.id),
        );
      }),
    );
  }

  /** @param {[string, string, string][]} entries */
  #legend(entries) {
    const { t } = /** @type {Context} */ (this.#context);
    return (
      entries.length > 0 &&
      h(
        "ul",
        { class: "legend" },
        ...entries.map(([shape, color, key]) =>
          h("li", {}, h("i", { class: shape, style: `--swatch:${color}` }), t(key)),
        ),
      )
    );
  }

  /** The legend of the incidents chooses among them too. */
  #statuses() {
    const { store, t } = /** @type {Context} */ (this.#context);
    const { statuses } = store.get();
    /** @param {string} status */
    const toggle = (status) =>
      store.set({ statuses: statuses.includes(status) ? statuses.filter((s) => s !== status) : [...statuses, status] });
    return h(
      "ul",
      { class: "legend choices" },
      ...Object.entries(STATUS_COLORS).map(([status, color]) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              "aria-pressed": String(statuses.includes(status)),
              "data-layer": `incidents-${status}`,
              onclick: () => toggle(status),
            },
            h("i", { class: "dot", style: `--swatch:${color}` }),
            t(`status.${status}`),
          ),
        ),
      ),
      h("li", { class: "key" }, h("i", { class: "cluster", style: `--swatch:${CLUSTER}` }, "n"), t("layers.cluster")),
    );
  }
}
