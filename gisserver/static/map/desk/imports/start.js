/** A new import: a file and what is said of it, a preview with the columns it was read from, then the import itself. */

import { ApiError } from "../../api.js";
import { h, refill } from "../../dom.js";
import { refusal } from "../../i18n/translate.js";
import { momentOf } from "../../redraw/moments.js";
import { numbersOf, refusedLine, rejectedLine, unread } from "./report.js";

/** @typedef {import("./report.js").Report} Report */

const PAUSE_MS = 800;
const MOST_SHOWN = 20;

/**
 * @param {import("../types.js").Desk} desk
 * @param {() => void} onDone
 */
export function createStart(desk, onDone) {
  const { api, t, lang, timeZone, onSpeak } = desk;
  const file = h("input", { id: "import-file", type: "file", required: true, accept: ".csv,.xlsx,.ods,.zip,.gz" });
  const source = h("input", { id: "import-source", required: true, maxlength: 100 });
  const when = h("input", { id: "import-when", type: "datetime-local" });
  const full = h("input", { id: "import-full", type: "checkbox" });
  const areas = h("input", { id: "import-areas", maxlength: 2000 });
  const missing = h("input", { id: "import-missing", type: "number", min: 0 });
  const make = h("input", { id: "import-make", type: "checkbox" });
  const mapping = h("div", { class: "mapping" });
  const told = h("div", { class: "many-told", role: "status" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const progress = h("progress", { max: 1, hidden: true });
  const preview = h("button", { type: "submit", class: "plain", value: "preview" });
  const act = h("button", { type: "submit", class: "primary", value: "act", disabled: true });
  const summary = h("summary", {});
  const labelled = /** @type {[string, HTMLElement][]} */ ([
    ["file", file],
    ["source", source],
    ["when", when],
    ["full", full],
    ["areas", areas],
    ["missing", missing],
    ["make", make],
  ]).map(([name, input]) => ({ name, input, label: h("label", { for: `import-${name}` }) }));
  const form = h(
    "form",
    { onsubmit: submit, oninput: stale },
    h(
      "div",
      { class: "import-fields" },
      ...labelled.map(({ input, label }) =>
        /** @type {HTMLInputElement} */ (input).type === "checkbox"
          ? h("p", { class: "check" }, input, label)
          : h("div", {}, label, input),
      ),
    ),
    mapping,
    progress,
    told,
    trouble,
    h("div", { class: "row-of-buttons" }, preview, act),
  );
  const element = h("details", { class: "import-start" }, summary, form);
  /** @type {Report|null} */
  let report = null;
  onSpeak(speak);
  speak();
  return element;

  function speak() {
    summary.textContent = t("imports.new");
    preview.textContent = t("form.preview");
    act.textContent = t("imports.act");
    for (const { name, label } of labelled) label.textContent = t(`imports.field_${name}`);
    render();
  }

  /** What is said has changed: the preview is of something else. @param {Event} event */
  function stale(event) {
    act.disabled = true;
    if (event.target !== file) return;
    report = null;
    if (source.value === "") source.value = (file.files?.[0]?.name ?? "").replace(/\.[^.]*$/, "");
    render();
  }

  /** @param {boolean} dry */
  function bodyOf(dry) {
    const body = new FormData();
    const chosen = [...mapping.querySelectorAll("select")].filter(({ value }) => value !== "");
    const said = {
      source: source.value.trim(),
      mapping: JSON.stringify(Object.fromEntries(chosen.map(({ name, value }) => [name, value]))),
      effective_at: when.value ? (momentOf(when.value, timeZone) ?? "") : "",
      full: String(full.checked),
      missing: full.checked ? missing.value : "",
      make_units: String(make.checked),
      dry_run: String(dry),
    };
    for (const [name, value] of Object.entries(said)) if (value !== "") body.append(name, value);
    if (full.checked) for (const code of areas.value.split(/[\s,，;；]+/).filter(Boolean)) body.append("areas", code);
    body.append("file", /** @type {File} */ (file.files?.[0]));
    return body;
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const dry = /** @type {HTMLButtonElement|null} */ (event.submitter)?.value !== "act";
    trouble.hidden = true;
    preview.disabled = act.disabled = true;
    progress.hidden = false;
    try {
      report = await finished(await api.upload("/api/imports/", bodyOf(dry), { key: crypto.randomUUID() }));
      act.disabled = !dry || report.refused !== null;
      trouble.textContent = refusedLine(t, report);
      trouble.hidden = report.refused === null;
      if (!dry) onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    } finally {
      preview.disabled = false;
      progress.hidden = true;
      render();
    }
  }

  /** The report of a job, when it is through. @param {Record<string, any>} job @returns {Promise<Report>} */
  async function finished(job) {
    let now = job;
    while (now.status === "queued" || now.status === "running") {
      if (now.progress === null) progress.removeAttribute("value");
      else progress.value = now.progress;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      now = await api.get(`/api/jobs/${job.id}/`);
    }
    if (now.status !== "done") throw new ApiError(now.code || now.status, now.detail);
    return api.get(now.result);
  }

  function render() {
    refill(mapping, ...(report ? mappingOf(report) : []));
    refill(told, ...(report ? toldOf(report) : []));
  }

  /** @param {Report} shown */
  function mappingOf({ fields, file_columns: all, columns }) {
    const chosen = Object.fromEntries([...mapping.querySelectorAll("select")].map(({ name, value }) => [name, value]));
    return [
      h("h3", {}, t("imports.mapping")),
      h(
        "div",
        { class: "import-fields" },
        ...fields.map((name) =>
          h(
            "div",
            {},
            h("label", { for: `map-${name}` }, t(`row_field.${name}`)),
            h(
              "select",
              { id: `map-${name}`, name, "data-key": `map-${name}` },
              h("option", { value: "" }, columns[name] ? t("imports.found", { column: columns[name] }) : "—"),
              ...all.map((column) => h("option", { value: column, selected: chosen[name] === column }, column)),
            ),
          ),
        ),
      ),
    ];
  }

  /** @param {Report} shown */
  function toldOf(shown) {
    const left = unread(shown);
    return [
      ...(shown.refused
        ? []
        : [
            h("b", {}, t(shown.dry_run ? "form.would" : "imports.done")),
            h("p", {}, numbersOf(t, lang(), shown.counts).join(t("list.and"))),
            left.length > 0 && h("p", {}, t("imports.unread", { columns: left.join(t("list.and")) })),
          ]),
      ...shown.rejected.slice(0, MOST_SHOWN).map((one) => h("p", { title: one.detail }, rejectedLine(t, one))),
      shown.rejected.length > MOST_SHOWN && h("p", {}, t("event.more", { n: shown.rejected.length - MOST_SHOWN })),
    ];
  }
}
