/** Finding a household: by its number, and by the name or phone of its head where the clerk may read them. */

import { ApiError } from "../../api.js";
import { h, refill } from "../../dom.js";
import { count } from "../../format.js";
import { refusal } from "../../i18n/translate.js";

const MOST = 50;

/** @param {import("../types.js").Desk} desk */
export async function showHouseholds({ main, api, t, lang, onSpeak, may }) {
  /** @type {Record<string, any>[]|null} */
  let found = null;
  let more = false;
  let wanted = "";
  const title = h("h1", {});
  const lead = h("p", { class: "quiet" });
  const label = h("label", { for: "household-text" });
  const text = h("input", {
    id: "household-text",
    type: "search",
    minlength: 2,
    maxlength: 100,
    required: true,
    autocomplete: "off",
  });
  const act = h("button", { type: "submit", class: "primary" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const status = h("p", { class: "quiet", role: "status" });
  const results = h("div", { class: "found" });
  const form = h(
    "form",
    { role: "search", class: "household-search", onsubmit: search },
    label,
    h("div", { class: "search-row" }, text, act),
  );
  main.replaceChildren(h("div", { class: "desk-sheet" }, title, lead, form, trouble, status, results));
  onSpeak(render);
  render();
  text.focus();

  /** @param {Event} event */
  async function search(event) {
    event.preventDefault();
    wanted = text.value.trim();
    trouble.hidden = true;
    act.disabled = true;
    try {
      const answer = await api.get(`/api/households/search/?text=${encodeURIComponent(wanted)}&limit=${MOST}`);
      found = answer.results;
      more = answer.next !== null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      found = null;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    } finally {
      act.disabled = false;
      render();
    }
  }

  function render() {
    title.textContent = t("desk.households");
    lead.textContent = t(may.includes("read_personal") ? "households.lead" : "households.lead_masked");
    label.textContent = t("households.label");
    act.textContent = t("households.find");
    status.textContent =
      found === null
        ? ""
        : found.length === 0
          ? t("search.none", { q: wanted })
          : t(more ? "households.first" : "search.count", { n: found.length });
    refill(results, found !== null && found.length > 0 && tableOf(found));
  }

  /** @param {Record<string, any>[]} rows */
  function tableOf(rows) {
    const columns = ["source_ref", "head_name", "phone", "residents", "registered", "address"];
    return h(
      "table",
      { class: "list" },
      h("caption", { class: "unseen" }, t("desk.households")),
      h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, t(`row_field.${name}`))))),
      h(
        "tbody",
        {},
        ...rows.map((row) =>
          h(
            "tr",
            { "data-household": row.id },
            h("td", { class: "mono", "data-label": t("row_field.source_ref") }, row.source_ref || "—"),
            h("td", { "data-label": t("row_field.head_name") }, row.head_name || "—"),
            h("td", { "data-label": t("row_field.phone") }, row.phone || "—"),
            h("td", { "data-label": t("row_field.residents") }, count(row.residents, lang())),
            h(
              "td",
              { "data-label": t("row_field.registered") },
              t(`occupancy.${row.registered ? "registered" : "floating"}`),
            ),
            h(
              "td",
              { "data-label": t("row_field.address") },
              h(
                "a",
                { href: `/desk/buildings/${row.building}/#unit=${row.unit}` },
                row.address || [row.entrance, row.number].filter(Boolean).join(" "),
              ),
            ),
          ),
        ),
      ),
    );
  }
}
