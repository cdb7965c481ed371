/** The columns of a file, what each becomes and why, what may be declared of it, and the first rows. */

import { h, refill } from "../../dom.js";

const TYPES = ["string", "integer", "number", "boolean", "date", "datetime"];
const WITH_FORMAT = ["date", "datetime"];
const MOST_ROWS = 8;

/** @param {import("../types.js").Desk} desk */
export function createColumns({ t }) {
  const element = h("div", { class: "layer-columns" });
  /** @type {Record<string, {type?: string, format?: string, leave_out?: boolean}>} */
  let said = {};
  /** @type {import("./start.js").Preview|null} */
  let shown = null;

  return {
    element,
    declared: () => said,
    forget() {
      said = {};
    },
    /** @param {import("./start.js").Preview|null} preview */
    show(preview) {
      shown = preview;
      refill(element, ...(preview ? tablesOf(preview) : []));
    },
  };

  /** @param {string} title @param {{type?: string, format?: string, leave_out?: boolean}} change */
  function declare(title, change) {
    const next = Object.fromEntries(
      Object.entries({ ...said[title], ...change }).filter(([, value]) => value !== "" && value !== false),
    );
    said = { ...said, [title]: next };
    if (Object.keys(next).length === 0) delete said[title];
    if ("type" in change && shown) refill(element, ...tablesOf(shown));
  }

  /** @param {import("./start.js").Preview} preview */
  function tablesOf({ columns, rows }) {
    // What is left out is no longer among the columns, but may come back.
    const gone = Object.keys(said).filter(
      (title) => said[title].leave_out && !columns.some((one) => one.title === title),
    );
    const heads = ["uploads.column", "uploads.becomes", "uploads.why", "uploads.declare"];
    return [
      h("h3", {}, t("uploads.columns")),
      h(
        "table",
        { class: "list" },
        h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col" }, t(key))))),
        h("tbody", {}, ...columns.map(rowOf), ...gone.map(goneOf)),
      ),
      h("h3", {}, t("uploads.first_rows")),
      h(
        "div",
        { class: "house-table", tabindex: 0, role: "region", "aria-label": t("uploads.first_rows") },
        h(
          "table",
          {},
          h("thead", {}, h("tr", {}, ...columns.map(({ title }) => h("th", { scope: "col" }, title)))),
          h(
            "tbody",
            {},
            ...rows
              .slice(0, MOST_ROWS)
              .map((row) => h("tr", {}, ...row.map((value) => h("td", {}, value === null ? "" : String(value))))),
          ),
        ),
      ),
    ];
  }

  /** @param {import("./start.js").Preview["columns"][number]} column */
  function rowOf({ title, type, empty, why }) {
    const declared = said[title] ?? {};
    const kind = declared.type ?? type;
    return h(
      "tr",
      { "data-column": title },
      h("td", { "data-label": t("uploads.column") }, title),
      h(
        "td",
        { "data-label": t("uploads.becomes") },
        t(`type.${type}`),
        empty > 0 && h("span", { class: "quiet" }, " ", t("uploads.empty", { n: empty })),
      ),
      h("td", { "data-label": t("uploads.why") }, why),
      h(
        "td",
        { "data-label": t("uploads.declare") },
        h(
          "div",
          { class: "layer-declare" },
          h(
            "select",
            {
              "data-key": `type-${title}`,
              "aria-label": t("uploads.type_of", { column: title }),
              onchange: (/** @type {Event} */ event) =>
                declare(title, { type: /** @type {HTMLSelectElement} */ (event.target).value }),
            },
            h("option", { value: "" }, t("uploads.as_found")),
            ...TYPES.map((name) => h("option", { value: name, selected: declared.type === name }, t(`type.${name}`))),
          ),
          WITH_FORMAT.includes(kind) &&
            h("input", {
              "data-key": `format-${title}`,
              "aria-label": t("uploads.format_of", { column: title }),
              placeholder: "%m/%d/%Y %H:%M",
              value: declared.format ?? "",
              onchange: (/** @type {Event} */ event) =>
                declare(title, { format: /** @type {HTMLInputElement} */ (event.target).value.trim() }),
            }),
          leaveOut(title, false),
        ),
      ),
    );
  }

  /** @param {string} title */
  function goneOf(title) {
    return h(
      "tr",
      { "data-column": title },
      h("td", { "data-label": t("uploads.column") }, title),
      h("td", { "data-label": t("uploads.becomes") }, "—"),
      h("td", { "data-label": t("uploads.why") }, t("uploads.is_left_out")),
      h("td", { "data-label": t("uploads.declare") }, leaveOut(title, true)),
    );
  }

  /** @param {string} title @param {boolean} checked */
  function leaveOut(title, checked) {
    return h(
      "label",
      { class: "check" },
      h("input", {
        type: "checkbox",
        "data-key": `leave-${title}`,
        checked: checked || said[title]?.leave_out,
        onchange: (/** @type {Event} */ event) =>
          declare(title, { leave_out: /** @type {HTMLInputElement} */ (event.target).checked }),
      }),
      t("uploads.leave_out"),
    );
  }
}
