/** Show what others have done to the redraw that is open, without taking something out of the user's hand. */

import { ApiError } from "../api.js";
import { contentsOf } from "./contents.js";

/** So many rows the list's first page has. */
const PAGE = 30;

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {object} parts
 * @param {import("../store.js").Store<import("./types.js").RedrawState>} parts.store
 * @param {import("./doors.js").Doors} parts.doors
 */
export function createRefresh({ store, doors }) {
  /** Whether nothing is in hand or being done. */
  const atRest = () => !store.get().busy && !store.get().drawn && store.get().dragged.length === 0;
  /** What was to be looked at while something was in hand. @type {""|"looked"|"moved"} */
  let owed = "";
  const owe = (/** @type {boolean} */ moved) => {
    owed = owed === "moved" || moved ? "moved" : "looked";
  };
  store.on(["busy", "drawn", "dragged"], () => {
    if (!owed || !atRest()) return;
    const moved = owed === "moved";
    owed = "";
    refresh(moved);
  });

  /**
   * Look again, unless something is in hand: others may have been at it meanwhile.
   * @param {boolean} [moved]  the partition below is another: all is asked again; else only what has a new version
   */
  async function refresh(moved = false) {
    const { open: shown, view, redraw, status, more, rows } = store.get();
    if (!shown) return;
    if (!atRest()) return owe(moved);
    try {
      if (redraw && (moved || (await doors.read(redraw.id)).version !== redraw.version)) {
        const next = await contentsOf(doors, redraw.id);
        // Who has done something meanwhile has seen more than this answer tells.
        if (!atRest()) owe(moved);
        else if (store.get().redraw === redraw) store.set(next);
      }
      // Further pages that were asked for are not taken away.
      if (view === "list" && rows.length <= PAGE)
        store.set(await doors.list(status).then((page) => (same(page, { rows, more }) ? {} : page)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  return { refresh };
}
