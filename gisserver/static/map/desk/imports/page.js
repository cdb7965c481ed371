/** Imports of registers: what each read and did, what of it waits, and taking one back whole. */

import { ApiError } from "../../api.js";
import { h, refill } from "../../dom.js";
import { moment } from "../../format.js";
import { refusal } from "../../i18n/translate.js";
import { numbersOf } from "./report.js";
import { createStart } from "./start.js";

/** @param {import("../types.js").Desk} desk */
export async function showImports(desk) {
  const { main, api, t, lang, timeZone, onSpeak, may } = desk;
  /** @type {Record<string, any>[]} */
  let runs = [];
  /** @type {string|null} */
  let next = null;
  /** The import that the clerk is asked about. */
  let asked = 0;
  const title = h("h1", {});
  const lead = h("p", { class: "quiet" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const status = h("p", { role: "status" });
  const list = h("div", {});
  const start = createStart(desk, () => during(load));
  main.replaceChildren(
    h("div", { class: "desk-sheet" }, title, lead, may.includes("edit_registers") && start, trouble, status, list),
  );
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
    ({ results: runs, next } = await api.get("/api/imports/?limit=50"));
  }

  const takeBack = (/** @type {number} */ event, /** @type {string} */ reason) =>
    during(async () => {
      asked = 0;
      await api.post(`/api/imports/${event}/revert/`, { reason }, { key: crypto.randomUUID() });
      await load();
      status.textContent = t("imports.taken_back");
    });

  function render() {
    title.textContent = t("desk.imports");
    lead.textContent = t("imports.lead");
    refill(
      list,
      runs.length === 0 ? h("p", { class: "quiet" }, t("imports.none")) : tableOf(),
      next !== null &&
        h(
          "button",
          {
            type: "button",
            class: "plain",
            onclick: () =>
              during(async () => {
                const page = await api.get(/** @type {string} */ (next));
                runs = [...runs, ...page.results];
                ({ next } = page);
              }),
          },
          t("redraw.more"),
        ),
    );
  }

  function tableOf() {
    return h(
      "table",
      { class: "list" },
      h("caption", { class: "unseen" }, t("desk.imports")),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["imports.when", "imports.source", "imports.did", "imports.state"].map((key) =>
            h("th", { scope: "col" }, t(key)),
          ),
        ),
      ),
      h("tbody", {}, ...runs.map(rowOf)),
    );
  }

  /** @param {Record<string, any>} run */
  function rowOf(run) {
    return h(
      "tr",
      { "data-import": run.id },
      h(
        "td",
        { "data-label": t("imports.when") },
        moment(run.recorded_at, lang(), timeZone),
        h("br"),
        h("span", { class: "quiet" }, t("imports.holds", { at: moment(run.moment, lang(), timeZone) })),
      ),
      h(
        "td",
        { "data-label": t("imports.source") },
        run.source,
        " ",
        run.full && h("span", { class: "doubt" }, t("imports.full")),
      ),
      h("td", { "data-label": t("imports.did") }, numbersOf(t, lang(), run.counts).join(t("list.and"))),
      h("td", { "data-label": t("imports.state") }, ...stateOf(run)),
    );
  }

  /** @param {Record<string, any>} run */
  function stateOf(run) {
    const waiting =
      run.waiting > 0 &&
      h(
        "a",
        { href: `/desk/reviews/?${new URLSearchParams({ register: run.register, run: run.run })}` },
        t("imports.waiting", { n: run.waiting }),
      );
    if (run.reverted_by !== null) return [h("span", { class: "quiet" }, t("event.reverted"))];
    if (!may.includes("edit_registers")) return [waiting];
    if (asked === run.id) return [askOf(run)];
    const ask = () => {
      asked = run.id;
      render();
      /** @type {HTMLElement|null} */ (list.querySelector("#import-reason"))?.focus();
    };
    return [
      waiting,
      h(
        "button",
        { type: "button", class: "plain grave", "data-key": `back-${run.id}`, onclick: ask },
        t("imports.take_back"),
      ),
    ];
  }

  /** @param {Record<string, any>} run */
  function askOf(run) {
    const reason = h("input", { id: "import-reason", required: true, maxlength: 2000 });
    return h(
      "form",
      {
        class: "ask-back",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          takeBack(run.id, reason.value.trim());
        },
      },
      h("label", { for: "import-reason" }, t("imports.why")),
      reason,
      h(
        "div",
        { class: "row-of-buttons" },
        h("button", { type: "submit", class: "plain grave" }, t("imports.take_back")),
        h("button", { type: "button", class: "plain", onclick: () => ((asked = 0), render()) }, t("form.cancel")),
      ),
    );
  }
}
