/** The filters of the queue: what rows have, with how many; and text. */

import { h } from "../../dom.js";
import { labelOf } from "../../i18n/translate.js";

/** @typedef {Record<string, string>} Filters */
/** @typedef {{value: string, rows: number}} Facet */

/** By what the queue is narrowed, where the summary counts it, and the family of its labels. */
const FIELDS = /** @type {const} */ ([
  ["status", "statuses", "review_status"],
  ["reason", "reasons", "doubt"],
  ["register", "registers", "register"],
  ["source", "sources", ""],
  ["run", "runs", ""],
]);
const PAUSE_MS = 300;

/** @param {Filters} filters @returns {string} as a query */
export function queryOf(filters) {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== "")).toString();
}

/**
 * @param {import("../types.js").Desk} desk
 * @param {(filters: Filters) => void} onChange
 */
export function createFilters({ t }, onChange) {
  const element = h("form", {
    class: "review-filters",
    role: "search",
    onsubmit: (/** @type {Event} */ event) => event.preventDefault(),
  });
  const asked = new URLSearchParams(location.search);
  /** Those of the page's address hold to begin with. @type {Filters} */
  let filters = {
    status: "open",
    ...Object.fromEntries(FIELDS.map(([name]) => [name, asked.get(name) ?? ""]).filter(([, value]) => value !== "")),
  };
  let timer = 0;
  const text = h("input", { type: "search", id: "review-text", autocomplete: "off", maxlength: 100 });
  const change = (/** @type {Filters} */ news) => onChange((filters = { ...filters, ...news }));
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => change({ text: text.value.trim() }), PAUSE_MS);
  });

  /** @param {typeof FIELDS[number]} field @param {Facet[]} facets */
  function choice([name, , family], facets) {
    const chosen = filters[name] ?? "";
    const known = facets.some(({ value }) => value === chosen) || chosen === "";
    const values = known ? facets : [{ value: chosen, rows: 0 }, ...facets];
    const select = h(
      "select",
      { id: `review-${name}`, onchange: () => change({ [name]: select.value }) },
      h("option", { value: "" }, t("reviews.any")),
      ...values
        .filter(({ value }) => value !== "")
        .map(({ value, rows }) =>
          h(
            "option",
            { value, selected: value === chosen },
            `${family ? labelOf(t, family, value) : value}${t("reviews.in_brackets", { n: rows })}`,
          ),
        ),
    );
    return h("label", { for: `review-${name}` }, h("span", {}, t(`reviews.by_${name}`)), select);
  }

  return {
    element,
    get: () => filters,
    focus: () => text.focus(),
    /** @param {Record<string, any>} summary */
    render(summary) {
      text.placeholder = t("reviews.text_placeholder");
      const focused = element.contains(document.activeElement) ? document.activeElement?.id : "";
      element.replaceChildren(
        ...FIELDS.map((field) => choice(field, summary[field[1]] ?? [])),
        h("label", { for: "review-text" }, h("span", {}, t("reviews.by_text")), text),
      );
      if (focused) /** @type {HTMLElement|null} */ (element.querySelector(`#${focused}`))?.focus();
    },
  };
}
