/** A new layer: a file, a look at what it would become and where it would lie, then its publication. */

import { ApiError } from "../../api.js";
import { h, refill } from "../../dom.js";
import { refusal } from "../../i18n/translate.js";
import { createColumns } from "./columns.js";
import { createPlaces } from "./places.js";

/**
 * @typedef {object} Reading  one way to read the positions
 * @property {string} crs
 * @property {boolean} swapped
 * @property {number} inside
 * @property {[number, number, number, number]} bbox
 * @property {[number, number][]} positions
 *
 * @typedef {object} Preview
 * @property {{name: string, geometry_type: string|null}[]} layers
 * @property {string} layer
 * @property {string} encoding
 * @property {number} feature_count
 * @property {{title: string, name: string, type: string, empty: number, why: string}[]} columns
 * @property {(string|number|boolean|null)[][]} rows
 * @property {Record<string, number>} geometry_types
 * @property {string|null} crs
 * @property {Reading[]} readings
 * @property {string|null} doubt
 * @property {string[]} notes
 * @property {number} problem_count
 * @property {{row: number, code: string, detail: string}[]} problems
 */

const MOST_SHOWN = 10;
const RASTER = /\.tiff?$/i;

/**
 * @param {import("../types.js").Desk} desk
 * @param {() => Promise<void>} onDone
 */
export function createStart(desk, onDone) {
  const { api, t, lang, onSpeak } = desk;
  const file = h("input", { id: "layer-file", type: "file", required: true });
  const layer = h("select", { id: "layer-layer" });
  const crs = h("input", { id: "layer-crs", maxlength: 40, placeholder: "wgs84, gcj02, EPSG:4547 …" });
  const encoding = h("input", { id: "layer-encoding", maxlength: 40, placeholder: "utf-8, gb18030 …" });
  const title = h("input", { id: "layer-title", maxlength: 200 });
  const id = h("input", { id: "layer-id", maxlength: 63, pattern: "[a-z0-9][a-z0-9_\\-]*" });
  const partial = h("input", { id: "layer-partial", type: "checkbox" });
  const replace = h("input", { id: "layer-replace", type: "checkbox" });
  const told = h("div", { class: "many-told", role: "status" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const progress = h("progress", { hidden: true });
  const look = h("button", { type: "submit", class: "plain", value: "look" });
  const publish = h("button", { type: "submit", class: "primary", value: "publish", disabled: true });
  const summary = h("summary", {});
  const columns = createColumns(desk);
  const places = createPlaces(desk, (reading) => {
    crs.value = reading.crs;
    changes += 1;
    return see();
  });
  const drop = h("div", { class: "layer-drop" }, h("label", { for: "layer-file" }), file, h("p", { class: "quiet" }));
  const labelled = /** @type {[string, HTMLElement][]} */ ([
    ["layer", layer],
    ["crs", crs],
    ["encoding", encoding],
    ["title", title],
    ["id", id],
    ["partial", partial],
    ["replace", replace],
  ]).map(([name, input]) => ({ input, name, label: h("label", { for: `layer-${name}` }) }));
  const form = h(
    "form",
    { onsubmit: submit, oninput: stale, ondragover: over, ondrop: dropped },
    drop,
    h(
      "div",
      { class: "import-fields" },
      ...labelled.map(({ input, label }) =>
        /** @type {HTMLInputElement} */ (input).type === "checkbox"
          ? h("p", { class: "check" }, input, label)
          : h("div", {}, label, input),
      ),
    ),
    progress,
    trouble,
    told,
    places.element,
    columns.element,
    h("div", { class: "row-of-buttons" }, look, publish),
  );
  const element = h("details", { class: "import-start", open: true }, summary, form);
  /** @type {Preview|null} */
  let preview = null;
  /** How often something else was said: a preview that was asked for before is of something else. */
  let changes = 0;
  onSpeak(speak);
  speak();
  return element;

  function speak() {
    summary.textContent = t("uploads.new");
    look.textContent = t("form.preview");
    publish.textContent = t("uploads.publish");
    /** @type {HTMLElement} */ (drop.firstElementChild).textContent = t("uploads.field_file");
    /** @type {HTMLElement} */ (drop.lastElementChild).textContent = t("uploads.drop");
    for (const { name, label } of labelled) label.textContent = t(`uploads.field_${name}`);
    // Reasons and notes come from the server, in its reader's language.
    if (preview) void see();
    else render();
  }

  /** @param {DragEvent} event */
  function over(event) {
    event.preventDefault();
  }

  /** @param {DragEvent} event */
  function dropped(event) {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    file.files = event.dataTransfer.files;
    void chosen();
  }

  /** What is said has changed: the preview is of something else. @param {Event} event */
  function stale(event) {
    if (event.target === file) return void chosen();
    if (event.target === title || event.target === id || event.target === replace) return;
    changes += 1;
    publish.disabled = true;
  }

  /** Another file: what was said of the one before does not hold for it. */
  async function chosen() {
    changes += 1;
    preview = null;
    layer.replaceChildren();
    crs.value = encoding.value = id.value = "";
    columns.forget();
    title.value = (file.files?.[0]?.name ?? "").replace(/\.[^.]*$/, "");
    await see();
  }

  function isRaster() {
    return RASTER.test(file.files?.[0]?.name ?? "");
  }

  function reading() {
    const body = new FormData();
    const said = { layer: layer.value, crs: crs.value.trim(), encoding: encoding.value.trim() };
    for (const [name, value] of Object.entries(said)) if (value !== "") body.append(name, value);
    body.append("columns", JSON.stringify(columns.declared()));
    return body;
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement|null} */ (event.submitter);
    await (button?.value === "publish" ? send() : see());
  }

  function see() {
    return during(async () => {
      if (isRaster()) {
        preview = null;
        publish.disabled = false;
        return;
      }
      const body = reading();
      body.append("file", /** @type {File} */ (file.files?.[0]));
      const asking = changes;
      const found = /** @type {Preview} */ (await api.upload("/api/layers/preview/", body));
      if (asking !== changes) return;
      preview = found;
      const known = preview.layers.map(({ name }) =>
        h("option", { value: name, selected: name === layer.value }, name),
      );
      if (known.length > 1 && layer.options.length === 0) layer.replaceChildren(...known);
      const unplaced = preview.crs === null && Object.keys(preview.geometry_types).length > 0;
      publish.disabled = unplaced || (preview.problem_count > 0 && !partial.checked);
    });
  }

  function send() {
    return during(async () => {
      const body = isRaster() ? new FormData() : reading();
      if (isRaster() && crs.value.trim() !== "") body.append("crs", crs.value.trim());
      const said = { title: title.value.trim(), id: id.value.trim() };
      for (const [name, value] of Object.entries(said)) if (value !== "") body.append(name, value);
      body.append("partial", String(partial.checked));
      body.append("replace", String(replace.checked));
      body.append("file", /** @type {File} */ (file.files?.[0]));
      const made = await api.upload("/api/layers/", body);
      preview = null;
      publish.disabled = true;
      render();
      refill(told, h("b", {}, t("uploads.published", { title: made.title })), ...made.notes.map(lineOf));
      await onDone();
    }, false);
  }

  /** @param {() => Promise<void>} work @param {boolean} [shows] */
  async function during(work, shows = true) {
    trouble.hidden = true;
    look.disabled = publish.disabled = true;
    progress.hidden = false;
    try {
      await work();
      if (shows) render();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    } finally {
      look.disabled = false;
      progress.hidden = true;
    }
  }

  function render() {
    /** @type {HTMLElement} */ (layer.parentElement).hidden = layer.options.length === 0;
    places.show(preview?.readings ?? [], preview?.crs ?? null);
    columns.show(preview);
    refill(told, ...(preview ? toldOf(preview) : isRaster() ? [lineOf(t("uploads.raster_ready"))] : []));
  }

  /** @param {string} text */
  function lineOf(text) {
    return h("p", {}, text);
  }

  /** @param {Preview} shown */
  function toldOf({
    feature_count,
    geometry_types,
    crs: taken,
    encoding: read,
    doubt,
    notes,
    problem_count,
    problems,
  }) {
    const kinds = Object.entries(geometry_types).map(
      ([kind, n]) => `${t(`geometry.${kind}`)} ${n.toLocaleString(lang())}`,
    );
    return [
      h("b", {}, t("uploads.would", { n: feature_count.toLocaleString(lang()), kinds: kinds.join(t("list.and")) })),
      lineOf(t("uploads.read_as", { encoding: read || "—", crs: taken ?? "—" })),
      taken === null && kinds.length > 0 && h("p", { class: "doubt" }, t("uploads.no_crs")),
      doubt !== null && h("p", { class: "doubt" }, t("uploads.doubt", { crs: taken ?? "", better: doubt })),
      ...notes.map(lineOf),
      problem_count > 0 && h("p", { class: "doubt" }, t("uploads.problems", { n: problem_count })),
      ...problems.slice(0, MOST_SHOWN).map(({ row, detail }) => lineOf(t("uploads.problem", { row, detail }))),
    ];
  }
}
