/** Inspecting: what was selected is asked of the server, marked on the map, and flown to when nobody pointed at it. */

import { ApiError, flat } from "./api.js";
import { doorOf } from "./cards/cards.js";
import { refusal } from "./i18n/translate.js";
import { publishedSource } from "./map/drawing/published.js";
import { LAYER_NAMES } from "./map/style.js";
import { placeOf } from "./results.js";

/** @typedef {import("./types.js").Selection} Selection */

/**
 * @param {object} parts
 * @param {import("./store.js").Store} parts.store
 * @param {import("./api.js").Api} parts.api
 * @param {import("./map/engine.js").Engine} parts.engine
 * @param {import("./questions.js").Questions} parts.questions
 * @param {import("./types.js").Translate} parts.t
 */
export function createInspection({ store, api, engine, questions, t }) {
  /** The line of the border that was asked about; none for all else. @param {any} [geometry] */
  function trace(geometry) {
    engine.put("edge", {
      type: "FeatureCollection",
      features: geometry ? [{ type: "Feature", properties: {}, geometry }] : [],
    });
  }

  /** Mark a selection on the map, and nothing else. @param {Selection|null} selection */
  function mark(selection) {
    engine.unmark();
    trace();
    if (selection?.id === null || selection?.id === undefined) return;
    const { kind, layer, id } = selection;
    if (kind === "published" && layer) return engine.mark(publishedSource(layer.id), layer.id, id);
    const own = LAYER_NAMES.find((name) => name === kind);
    if (own) engine.mark(own, own, id);
  }

  /**
   * Show on the map what was opened by a code or by a link, not by pointing at it.
   * @param {Selection} selection
   * @param {Record<string, any>} record
   */
  function follow(selection, record) {
    const place = placeOf(record.geometry);
    if (selection.at || !place) return;
    if (place.bounds) engine.fit(place.bounds);
    else engine.flyTo(place.at, 17.5);
  }

  /**
   * All that the inspector tells of a selection.
   * @param {Selection} selection
   * @param {string} door  of the record itself
   * @param {string|null} at  the moment that is looked at
   * @returns {Promise<Record<string, any>>}
   */
  async function recordOf(selection, door, at) {
    const [answer, versions] = await Promise.all([
      api.get(door),
      selection.kind === "grids" && selection.code ? questions.versionsOf(selection.code) : undefined,
    ]);
    /** @type {Record<string, any>} */
    const record = selection.layer
      ? { attributes: answer.properties, titles: await questions.fieldTitles(selection.layer.id) }
      : { ...flat(answer), versions };
    if (selection.kind === "units") Object.assign(record, await questions.buildingOf(record.building));
    if (selection.kind === "place" && record.grid) Object.assign(record, await questions.calledOf(record.grid, at));
    return record;
  }

  /**
   * Ask the server about what was selected; an answer to an earlier question is not shown.
   * @param {Selection|null} selection
   */
  async function inspect(selection) {
    const { at } = store.get();
    const door = selection && doorOf(selection, at);
    if (!door) return store.set({ detail: { status: "idle" } });
    store.set({ detail: { status: "loading" } });
    const current = () => store.get().selection === selection;
    try {
      const record = await recordOf(selection, door, at);
      if (!current()) return;
      store.set({ detail: { status: "ready", record } });
      mark(
        selection.kind === "units"
          ? { kind: "buildings", id: record.building }
          : { ...selection, id: record.id ?? selection.id },
      );
      if (selection.kind === "edge") trace(record.geometry);
      follow(selection, record);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (current()) store.set({ detail: { status: "failed", code: error.code, message: refusal(t, error) } });
    }
  }

  return { mark, inspect };
}
