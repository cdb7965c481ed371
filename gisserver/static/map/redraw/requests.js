/** The requests of redraws: one at a time, a refusal is shown, and what got no answer keeps its key. */

import { ApiError } from "../api.js";
import { newKey } from "./doors.js";
import { troubleOf } from "./trouble.js";

/** @typedef {import("../store.js").Store<import("./types.js").RedrawState>} Store */

/**
 * @param {object} parts
 * @param {Store} parts.store  gets what is being done, and what was refused
 * @param {import("../types.js").Translate} parts.t
 * @param {() => Promise<void>} parts.onOutdated  a colleague has changed the redraw meanwhile: read it again
 */
export function createRequests({ store, t, onOutdated }) {
  /**
   * The request that got no answer: sent again under the same key, it is done once.
   * @type {{text: string, key: string}|null}
   */
  let unanswered = null;

  return {
    /** The Idempotency-Key of a request. @param {string} text */
    keyFor(text) {
      unanswered = unanswered?.text === text ? unanswered : { text, key: newKey() };
      return unanswered.key;
    },

    /**
     * Do something that the server may refuse, one at a time; a refusal is shown, what was drawn stays.
     * @template T
     * @param {() => Promise<T>} work
     * @returns {Promise<T|null>} null when it was refused, or something else is being done
     */
    async attempt(work) {
      if (store.get().busy) return null;
      store.set({ busy: true, trouble: null, notice: "" });
      try {
        const answer = await work();
        unanswered = null;
        return answer;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code !== "network") unanswered = null;
        // A colleague was at it meanwhile: show what they did, and keep what is in hand.
        if (error.status === 412) await onOutdated().catch(() => {});
        store.set({ trouble: troubleOf(t, error) });
        return null;
      } finally {
        store.set({ busy: false });
      }
    },

    /** When nothing is being done any more. @returns {Promise<void>} */
    rest: () =>
      new Promise((resolve) => {
        if (!store.get().busy) return resolve();
        const stop = store.on(["busy"], ({ busy }) => {
          if (!busy) {
            stop();
            resolve();
          }
        });
      }),
  };
}
