/** Working through the queue: asks the server, keeps what waits and what was done; knows no page. */

import { ApiError } from "../../api.js";
import { refusal } from "../../i18n/translate.js";
import { look } from "./look.js";
import { current, decided, EMPTY, extended, filled, moved, replaced, shown, undone } from "./queue.js";
import { effectText } from "./effect.js";

/** @typedef {import("../types.js").Outcome} Outcome */
/**
 * @typedef {object} Question  what a decision asks back before it is done
 * @property {string} sentence
 * @property {number} candidate
 * @property {Record<string, true>} given  what has been answered, this question with yes
 */
/**
 * @typedef {object} State
 * @property {import("./queue.js").Queue} queue
 * @property {Record<string, any>} summary  numbers of rows by the values of the filters
 * @property {boolean} busy
 * @property {Question|null} question
 * @property {string} told  what was done, or would be
 * @property {string} trouble
 * @property {string} reason  the words of the last dismissal
 * @property {{id: number, sentence: string}} ahead  what is known ahead of a decision on a row
 */

/** Rows that are asked for at once; more come before these are through. */
const PAGE_ROWS = 100;
const FEW = 20;
/** As many as the doors of many rows take at once. */
export const MOST_AT_ONCE = 200;
/** Undone rows up to so many come back where the clerk is; of more the queue is read anew. */
const MOST_BACK = 10;
/** Refusals that are questions, and what answers them. @type {Record<string, string>} */
const QUESTIONS = { not_a_candidate: "confirm", another_door: "confirm", unknown_unit: "make_unit" };

const NOTHING = { id: 0, sentence: "" };

/**
 * @param {object} parts
 * @param {Pick<import("../../api.js").Api, "get"|"post">} parts.api
 * @param {import("../../types.js").Translate} parts.t
 * @param {(state: State) => void} parts.onChange
 */
export function createWork({ api, t, onChange }) {
  /** @type {State} */
  let state = {
    queue: EMPTY,
    summary: {},
    busy: false,
    question: null,
    told: "",
    trouble: "",
    reason: "",
    ahead: NOTHING,
  };
  let query = "";
  /** @type {string|null} */
  let next = null;
  /** Counts the readings of the queue, so that an old answer is not shown. */
  let reading = 0;

  /** The row that was looked at last. */
  let looked = 0;

  const row = () => current(state.queue);

  /** @param {Partial<State>} news */
  function set(news) {
    onChange((state = { ...state, ...news }));
    if (!state.busy) lookAhead();
  }

  /** Ask what a decision on the row that is shown would do, and which homes it may mean, before it is made. */
  async function lookAhead() {
    const item = row();
    if (!item || item.id === looked || item.status !== "open") return;
    looked = item.id;
    const { candidates, sentence } = await look({ api, t }, item);
    if (row()?.id !== item.id) return;
    set({ ahead: { id: item.id, sentence }, queue: replaced(state.queue, { ...item, candidates }) });
  }

  /**
   * One piece of work at a time: a key that comes meanwhile was meant for another row.
   * @param {() => Promise<void>} work
   */
  async function during(work) {
    if (state.busy) return;
    set({ busy: true, trouble: "", question: null });
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      set({ trouble: refusal(t, error) });
    } finally {
      set({ busy: false });
    }
  }

  /** The rows of a query, from the first. @param {string} wanted */
  async function read(wanted) {
    query = wanted;
    const mine = ++reading;
    const [page, summary] = await Promise.all([
      api.get(`/api/reviews/?${query}&limit=${PAGE_ROWS}`),
      api.get(`/api/reviews/summary/?${query}`),
    ]);
    if (mine !== reading) return;
    ({ next } = page);
    looked = 0;
    set({ summary, queue: filled(state.queue, page.results) });
  }

  /** Before those at hand are through. */
  async function readOn() {
    if (next === null || state.queue.rows.length >= FEW) return;
    const mine = reading;
    const page = await api.get(next);
    if (mine !== reading) return;
    ({ next } = page);
    set({ queue: extended(state.queue, page.results) });
  }

  /** @param {number} change  of how many wait */
  const counted = (change) => ({ ...state.summary, total: Math.max(0, (state.summary.total ?? 0) + change) });

  /** @param {number[]} ids  decided rows, those of the same text too @param {string} told */
  function leave(ids, told) {
    const unique = [...new Set(ids)];
    set({ queue: decided(state.queue, unique), summary: counted(-unique.length), told });
  }

  /**
   * Decide the row that is shown, or ask back.
   * @param {number} candidate  from 1
   * @param {Record<string, true>} given  answers to what was asked back
   */
  function choose(candidate, given = {}) {
    const item = row();
    const meant = item?.candidates[candidate - 1];
    if (!item || !meant || item.status !== "open") return Promise.resolve();
    return during(async () => {
      try {
        const target = { type: meant.target, id: meant.id };
        const { does } = await api.post(`/api/reviews/${item.id}/decide/`, { target, ...given });
        leave(
          [item.id, ...does.loads.map((/** @type {{review: number}} */ one) => one.review)],
          t("reviews.decided", { label: meant.label, does: effectText(t, does, item.id) }),
        );
        await readOn();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // What it would do, and which homes it may mean, is asked again.
        looked = 0;
        const answer = QUESTIONS[error.code];
        // Somebody else was quicker: the row waits no more, and there is nothing to undo.
        if (error.code === "already_decided")
          set({ queue: { ...decided(state.queue, [item.id]), steps: state.queue.steps }, summary: counted(-1) });
        if (!answer || given[answer]) throw error;
        set({ question: { sentence: refusal(t, error), candidate, given: { ...given, [answer]: true } } });
      }
    });
  }

  /**
   * Take decisions back, the last first, as many at once as the door takes.
   * @param {number[]} ids  in the order of their decisions
   */
  async function takenBack(ids) {
    const all = { done: /** @type {Outcome["done"]} */ ([]), refused: /** @type {Outcome["refused"]} */ ([]) };
    for (let end = ids.length; end > 0; end -= MOST_AT_ONCE) {
      const reviews = ids.slice(Math.max(0, end - MOST_AT_ONCE), end);
      const { done, refused } = await api.post("/api/reviews/undo/", { reviews, reason: t("reviews.undo_reason") });
      all.done.push(...done);
      all.refused.push(...refused);
    }
    return all;
  }

  return {
    get: () => state,
    /** @param {string} wanted  a query */
    load: (wanted) =>
      read(wanted).catch((error) => {
        if (!(error instanceof ApiError)) throw error;
        set({ trouble: refusal(t, error) });
      }),
    choose,
    /** Do what was asked back about. */
    yes: () => (state.question ? choose(state.question.candidate, state.question.given) : Promise.resolve()),
    no: () => set({ question: null }),
    /** @param {1|-1} step */
    move: (step) => set({ queue: moved(state.queue, step), question: null, trouble: "" }),
    /** @param {number} id */
    show: (id) => set({ queue: shown(state.queue, id), question: null, trouble: "" }),
    /** Take the row that is shown out of the queue. @param {string} reason */
    dismiss(reason) {
      const item = row();
      if (!item || item.status !== "open") return Promise.resolve();
      return during(async () => {
        await api.post(`/api/reviews/${item.id}/decide/`, { dismiss: reason });
        set({ reason });
        leave([item.id], t("reviews.dismissed", { reason }));
        await readOn();
      });
    },
    /** Say what a candidate would do. @param {number} candidate */
    preview(candidate) {
      const item = row();
      const meant = item?.candidates[candidate - 1];
      if (!item || !meant || item.status !== "open") return Promise.resolve();
      return during(async () => {
        const target = { type: meant.target, id: meant.id };
        const { does } = await api.post(`/api/reviews/${item.id}/decide/`, { target, dry_run: true });
        set({ told: t("reviews.would", { label: meant.label, does: effectText(t, does, item.id) }) });
      });
    },
    /** Undo the last step; without one, what was decided of the row that is shown. */
    undo() {
      const item = row();
      const decidedBefore = item && item.status !== "open" ? [item.id] : null;
      const ids = state.queue.steps.at(-1)?.ids ?? decidedBefore;
      if (!ids) {
        set({ told: t("reviews.nothing_to_undo") });
        return Promise.resolve();
      }
      return during(async () => {
        const { done, refused } = await takenBack(ids);
        if (refused.length > 0) set({ trouble: refusal(t, { ...refused[0], status: 409 }) });
        if (done.length === 0) return;
        set({ told: t("reviews.undone", { n: done.length }) });
        if (done.length > MOST_BACK || decidedBefore) {
          set({ queue: { ...state.queue, steps: state.queue.steps.slice(0, -1) } });
          return read(query);
        }
        const rows = await Promise.all(done.map((id) => api.get(`/api/reviews/${id}/`)));
        looked = 0;
        set({ queue: undone(state.queue, rows), summary: counted(rows.length) });
      });
    },
    /** Many rows were decided at once. @param {number[]} ids @param {string} told */
    async many(ids, told) {
      if (ids.length > 0) set({ queue: { ...state.queue, steps: [...state.queue.steps, { ids, shown: ids[0] }] } });
      await read(query);
      set({ told });
    },
  };
}
