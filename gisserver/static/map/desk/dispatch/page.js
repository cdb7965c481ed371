/** The dispatcher's page: queues, the incidents in them, one of these with its timeline, and what may be done. */

import { ApiError } from "../../api.js";
import { h, refill } from "../../dom.js";
import { count } from "../../format.js";
import { labelOf, refusal } from "../../i18n/translate.js";
import { createDoors } from "./doors.js";
import { actForm } from "./form.js";
import { incidentView } from "./incident.js";
import { lineOf } from "./list.js";
import { pairView } from "./pairs.js";
import { actsOf } from "./steps.js";

const PAIRS = "pairs";
const TYPING = "input, textarea, select, [contenteditable]";
const FILTERS = /** @type {const} */ (["grid", "community", "type"]);

/** @param {import("../types.js").Desk} desk */
export async function showDispatch(desk) {
  const { main, t, lang, onSpeak, may } = desk;
  const doors = createDoors(desk.api);
  const address = new URLSearchParams(location.search);
  let queue = address.get("queue") ?? "to_accept";
  /** @type {Record<string, string>} */
  let filters = Object.fromEntries(FILTERS.map((name) => [name, address.get(name) ?? ""]));
  /** How often each has been asked for: an answer that comes after the next question is left. */
  const asked = { list: 0, incident: 0 };
  /** @type {{queue: string, called: string, incidents: number}[]} */
  let lengths = [];
  /** @type {Record<string, any>[]} */
  let rows = [];
  /** @type {string|number|null} */
  let next = null;
  /** @type {{incident: Record<string, any>, progress: Record<string, any>}|null} */
  let shown = null;
  /** The form of the act that is being asked about. @type {Element|null} */
  let form = null;
  /** The pair that was told apart last, which can be undone. @type {[number, number]|null} */
  let apart = null;

  const title = h("h1", {});
  const queues = h("ul", { class: "dispatch-queues" });
  const bar = h("form", { class: "dispatch-filters", role: "search", onsubmit: sift });
  const list = h("ol", { class: "review-list dispatch-list" });
  const detail = h("div", { class: "dispatch-detail" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const told = h("p", { class: "review-told", role: "status" });
  const page = h(
    "div",
    { class: "dispatch" },
    h("nav", { class: "dispatch-side" }, title, queues),
    h("div", { class: "dispatch-middle" }, bar, list),
    h("div", { class: "dispatch-work" }, trouble, told, detail),
  );
  main.replaceChildren(page);
  document.addEventListener("keydown", onKey);
  onSpeak(() => during(load));
  await during(load);
  if (Number(address.get("id")) > 0) await during(() => show(Number(address.get("id"))));

  /** @param {() => Promise<unknown>} work */
  async function during(work) {
    trouble.hidden = true;
    main.toggleAttribute("aria-busy", true);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    }
    main.toggleAttribute("aria-busy", false);
    render();
  }

  async function load() {
    const asking = (asked.list += 1);
    const found = queue === PAIRS ? doors.pairs(null) : doors.queue(queue, filters);
    const [counted, answer] = await Promise.all([doors.queues(), found]);
    if (asking !== asked.list) return; // another queue has been opened since
    [lengths, rows, next] = [counted, answer.results, answer.next];
  }

  async function more() {
    const asking = asked.list;
    const found = await (queue === PAIRS ? doors.pairs(Number(next)) : doors.more(String(next)));
    if (asking !== asked.list) return;
    rows = [...rows, ...found.results];
    ({ next } = found);
  }

  /** @param {number} id */
  async function show(id) {
    const asking = (asked.incident += 1);
    const found = await doors.incident(id);
    if (asking !== asked.incident) return; // another one has been chosen since
    [shown, form] = [found, null];
    told.textContent = "";
  }

  /** @param {string} name */
  function open(name) {
    return during(async () => {
      [queue, shown, apart, form] = [name, null, null, null];
      [rows, next] = [[], null]; // rows of another queue look otherwise
      asked.incident += 1;
      told.textContent = "";
      await load();
    });
  }

  /** @param {Event} event */
  function sift(event) {
    event.preventDefault();
    filters = Object.fromEntries(FILTERS.map((name) => [name, String(new FormData(bar).get(name) ?? "").trim()]));
    during(load);
  }

  /** Take a step at once, or ask first what it needs. @param {import("./steps.js").Act} act */
  async function begin(act) {
    if (shown === null) return;
    if (act.fields.length === 0) return during(() => take(act, {}));
    const { incident } = shown;
    await during(async () => {
      const officers = act.fields.includes("officer") ? await doors.officers(incident.community) : [];
      const near = act.fields.includes("duplicate_of") ? await doors.near(incident.id) : [];
      const labelled = near.map((/** @type {any} */ one) => ({
        id: one.id,
        label: `${one.id} · ${one.title || one.type}`,
      }));
      const made = actForm(
        desk,
        act,
        { officers, near: labelled },
        { onSay: (said) => during(() => take(act, said)), onCancel: cancel },
      );
      form = made.element;
      render();
      made.focus();
    });
  }

  function cancel() {
    form = null;
    render();
    /** @type {HTMLElement|null} */ (detail.querySelector("[data-key^=act-]"))?.focus();
  }

  /** @param {import("./steps.js").Act} act @param {Record<string, string>} said */
  async function take(act, said) {
    const id = shown?.incident.id;
    await doors.act(id, act.name, said);
    await Promise.all([show(id), load()]);
    told.textContent = t("dispatch.done", { id, did: labelOf(t, "step", act.name) });
  }

  /** @param {import("./pairs.js").Pair} pair */
  function merge({ incident, other }) {
    return during(async () => {
      await doors.act(incident.id, "merge", { duplicate_of: String(other.id) });
      await load();
      told.textContent = t("dispatch.merged", { id: incident.id, other: other.id });
    });
  }

  /** @param {number} id @param {number} other @param {boolean} withdraw */
  function tellApart(id, other, withdraw) {
    return during(async () => {
      await doors.distinct(id, other, withdraw);
      await load();
      apart = withdraw ? null : [id, other];
      told.textContent = t(withdraw ? "dispatch.proposed_again" : "dispatch.told_apart", { id, other });
    });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING)) return;
    const step = { s: 1, a: -1 }[event.key.toLowerCase()];
    if (step && queue !== PAIRS && rows.length > 0) {
      const at = rows.findIndex(({ id }) => id === shown?.incident.id);
      event.preventDefault();
      during(() => show(rows[(at + step + rows.length) % rows.length].id));
    } else if (/^[1-9]$/.test(event.key) && shown !== null && !event.repeat && !main.hasAttribute("aria-busy")) {
      const act = actsOf(shown.progress, shown.incident, may)[Number(event.key) - 1];
      if (act) {
        event.preventDefault();
        begin(act);
      }
    }
  }

  function remember() {
    const said = Object.entries(filters).filter(([, value]) => value !== "");
    const id = shown ? [["id", String(shown.incident.id)]] : [];
    history.replaceState(null, "", `?${new URLSearchParams([["queue", queue], ...said, ...id])}`);
  }

  function render() {
    // A form goes on with the page; what had the focus in it keeps it.
    const active = /** @type {HTMLElement|null} */ (document.activeElement);
    const focused = form?.contains(active) ? active : null;
    remember();
    title.textContent = t("desk.dispatch");
    page.dataset.shows = shown === null ? "list" : "incident";
    refill(queues, ...[...lengths, { queue: PAIRS, called: t("dispatch.pairs"), incidents: null }].map(queueOf));
    bar.hidden = queue === PAIRS;
    refill(bar, ...FILTERS.map(filterOf), h("button", { type: "submit", class: "plain" }, t("dispatch.sift")));
    const lines =
      queue === PAIRS
        ? rows.map((row) =>
            pairView(desk, /** @type {any} */ (row), {
              onMerge: merge,
              onDistinct: ({ incident, other }) => tellApart(incident.id, other.id, false),
              onShow: (id) => during(() => show(id)),
            }),
          )
        : rows.map((row) => lineOf(desk, row, row.id === shown?.incident.id, (id) => during(() => show(id))));
    refill(
      list,
      ...(lines.length > 0 ? lines : [h("li", { class: "review-none" }, t("dispatch.none"))]),
      next !== null &&
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "plain", "data-key": "more", onclick: () => during(more) },
            t("redraw.more"),
          ),
        ),
    );
    refill(
      detail,
      apart !== null && undoOf(...apart),
      shown === null
        ? h("p", { class: "review-none" }, t("dispatch.choose"))
        : incidentView(
            desk,
            { ...shown, form },
            { onAct: begin, onBack: () => (([shown, form] = [null, null]), render()) },
          ),
    );
    focused?.focus({ preventScroll: true });
  }

  /** @param {{queue: string, called: string, incidents: number|null}} one */
  function queueOf({ queue: name, called, incidents }) {
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          "data-key": `queue-${name}`,
          "aria-current": name === queue && "true",
          onclick: () => open(name),
        },
        h("span", {}, called),
        incidents !== null && h("span", { class: "quiet" }, count(incidents, lang())),
      ),
    );
  }

  /** @param {string} name */
  function filterOf(name) {
    return h(
      "label",
      {},
      h("span", {}, t(`dispatch.by.${name}`)),
      h("input", { name, value: filters[name], maxlength: 60, autocomplete: "off", "data-key": `by-${name}` }),
    );
  }

  /** @param {number} id @param {number} other */
  function undoOf(id, other) {
    return h(
      "button",
      { type: "button", class: "plain", "data-key": "undo", onclick: () => tellApart(id, other, true) },
      t("dispatch.undo_apart", { id, other }),
    );
  }
}
