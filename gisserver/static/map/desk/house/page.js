/** The page of a house: its table of entrances and floors, and beside it the card of a unit. */

import { ApiError } from "../../api.js";
import { h, refill } from "../../dom.js";
import { count } from "../../format.js";
import { labelOf, refusal } from "../../i18n/translate.js";
import { openForm } from "../events/dialog.js";
import { FORMS } from "../events/forms.js";
import { merged, revertDoor } from "../events/telling.js";
import { gridOf, labelOfUnit, neighbour, tally } from "./table.js";
import { buttons, unitCard } from "./unit-card.js";

/** @typedef {import("../types.js").Desk} Desk */
/** @typedef {import("../events/forms.js").Form} Form */
/** @typedef {import("../events/telling.js").LifeEvent} LifeEvent */

/** Of a dormitory's hundred households nobody reads all lives in a card. */
const MOST_LIVES = 10;

/** @param {Desk} desk */
export async function showHouse(desk) {
  const { main, api, t, lang, building } = desk;
  const edits = desk.may.includes("edit_registers");
  /** @type {any} */
  let table = null;
  /** @type {import("./unit-card.js").Shown|null} */
  let card = null;
  /** The last thing done, and what takes it back. @type {{words: string, door: string|null, event: number}|null} */
  let done = null;
  const head = h("header", { class: "house-head" });
  const notice = h("div", { class: "house-notice", role: "status" });
  const trouble = h("p", { class: "inspector-refusal", role: "alert", hidden: true });
  const body = h("div", { class: "house-table", onkeydown: onArrow });
  const aside = h("aside", { class: "unit-card", hidden: true, "aria-labelledby": "unit-title" });
  main.replaceChildren(
    h("div", { class: "house" }, h("div", { class: "house-main" }, head, notice, trouble, body), aside),
  );
  desk.onSpeak(render);
  window.addEventListener("hashchange", () => during(openNamed));
  await during(async () => {
    await load();
    await openNamed();
  });

  /** @param {() => Promise<void>} work */
  async function during(work) {
    trouble.hidden = true;
    main.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      trouble.textContent = refusal(t, error);
      trouble.hidden = false;
    } finally {
      main.removeAttribute("aria-busy");
    }
  }

  async function load() {
    table = await api.get(`/api/buildings/${building}/table/`);
    render();
  }

  /** The unit that the address names. */
  async function openNamed() {
    const id = Number(/^#unit=(\d+)$/.exec(location.hash)?.[1] ?? 0);
    if (id) await open(id);
    else close();
  }

  /** @param {number} id */
  async function open(id) {
    const [unit, living, life] = await Promise.all([
      api.get(`/api/units/${id}/`),
      api.get(`/api/households/?unit=${id}`),
      api.get(`/api/units/${id}/history/`),
    ]);
    const lives = await Promise.all(
      living.results
        .slice(0, MOST_LIVES)
        .map((/** @type {any} */ one) => api.get(`/api/households/${one.id}/history/`)),
    );
    const before = card?.unit.id;
    card = { unit, households: living.results, events: merged([life, ...lives]), edits };
    render();
    if (before !== id) /** @type {HTMLElement|null} */ (aside.querySelector("#unit-title"))?.focus();
  }

  function close() {
    const id = card?.unit.id;
    card = null;
    if (location.hash) history.replaceState(null, "", location.pathname);
    render();
    if (id) /** @type {HTMLElement|null} */ (body.querySelector(`[data-unit="${id}"]`))?.focus();
  }

  /** @param {Form} form @param {Record<string, any>} [household] */
  function record(form, household) {
    const cell = card && table.units.find((/** @type {any} */ one) => one.id === card?.unit.id);
    const unit = cell && { ...cell, address: card?.unit.address };
    const subject = {
      building,
      address: table.building.address,
      entrances: table.entrances,
      units: table.units,
      unit,
      household,
      neighbours: card?.households.filter(({ id }) => id !== household?.id),
    };
    const about = [
      table.building.name || table.building.address,
      unit && labelOfUnit(unit, table.entrances),
      household?.head_name,
    ];
    openForm(desk, form, subject, about.filter(Boolean).join(" · "), ({ event }) =>
      during(() => follow(t(`event.did`, { what: t(`event.${form.name}`) }), event)),
    );
  }

  /** Show what an event has made of the house. @param {string} words @param {LifeEvent} event */
  async function follow(words, event) {
    done = { words, door: revertDoor(event, building), event: event.id };
    await load();
    const open_ = card?.unit.id;
    if (!open_) return;
    if (table.units.some((/** @type {any} */ one) => one.id === open_)) await open(open_);
    else close();
  }

  /** @param {string} door @param {number} event */
  const revert = (door, event) =>
    during(async () => {
      const answer = await api.post(door, { event, reason: t("reviews.undo_reason") }, { key: crypto.randomUUID() });
      await follow(t("event.taken_back"), answer.event);
    });

  /** @param {KeyboardEvent} event */
  function onArrow(event) {
    const id = Number(/** @type {Element} */ (event.target).closest("[data-unit]")?.getAttribute("data-unit") ?? 0);
    if (!id || !/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    const to = neighbour(gridOf(table), id, event.key);
    /** @type {HTMLElement|null} */ (body.querySelector(`[data-unit="${to}"]`))?.focus();
  }

  function render() {
    if (!table) return;
    const { building: house, units } = table;
    const numbers = tally(units);
    const [lon, lat] = house.geometry.coordinates;
    refill(
      head,
      h("h1", {}, house.name || house.address || t("building.title", { id: house.id })),
      h("p", { class: "quiet" }, [house.name && house.address, house.code].filter(Boolean).join(" · ")),
      h(
        "ul",
        { class: "house-legend" },
        ...numbers.states.map(({ occupancy, units: n }) =>
          h(
            "li",
            {},
            h("span", { class: "occupancy", "data-occupancy": occupancy }, t(`occupancy.${occupancy}`)),
            h("b", {}, count(n, lang())),
          ),
        ),
        h(
          "li",
          {},
          t("house.totals", { units: units.length, households: numbers.households, residents: numbers.residents }),
        ),
        h("li", {}, h("a", { href: `/#map=18/${lat}/${lon}` }, t("house.on_map"))),
      ),
      edits && buttons(t, FORMS.building, (form) => record(form)),
    );
    const { words, door, event = 0 } = done ?? {};
    notice.hidden = !words;
    refill(
      notice,
      words && h("p", {}, words),
      door &&
        h(
          "button",
          { type: "button", class: "plain", "data-key": "undo", onclick: () => revert(door, event) },
          t("event.undo"),
        ),
    );
    refill(body, units.length === 0 ? h("p", { class: "quiet" }, t("house.empty")) : tableOf());
    aside.hidden = card === null;
    refill(aside, ...(card ? unitCard(desk, card, { onForm: record, onRevert: revert, onClose: close }) : []));
  }

  function tableOf() {
    const { columns, rows } = gridOf(table);
    return h(
      "table",
      {},
      h("caption", { class: "unseen" }, t("house.caption")),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, t("field.floor")),
          ...columns.map(({ name }) => h("th", { scope: "col" }, name || t("house.no_entrance"))),
        ),
      ),
      h(
        "tbody",
        {},
        ...rows.map(({ floor, cells }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, floor === null ? t("house.no_floor") : String(floor)),
            ...cells.map((units) => h("td", {}, h("div", { class: "cells" }, ...units.map(cellOf)))),
          ),
        ),
      ),
    );
  }

  /** @param {import("./table.js").Unit} unit */
  function cellOf(unit) {
    const state = t(`occupancy.${unit.occupancy}`);
    return h(
      "button",
      {
        type: "button",
        class: "cell",
        "data-unit": unit.id,
        "data-key": `unit-${unit.id}`,
        "data-occupancy": unit.occupancy,
        "aria-current": unit.id === card?.unit.id && "true",
        onclick: () => {
          location.hash = `unit=${unit.id}`;
        },
      },
      h("b", {}, unit.number),
      h("span", {}, unit.households > 1 ? `${state} ${unit.households}` : state),
      unit.kind !== "residential" && h("span", { class: "cell-kind" }, labelOf(t, "building_kind", unit.kind)),
    );
  }
}
