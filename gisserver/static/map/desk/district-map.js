/** A map of the district for a page of the desk: the base map with grids and buildings, calm, without an address. */

import { ApiError } from "../api.js";
import { createEngine } from "../map/engine.js";
import { buildStyle, pickOrder } from "../map/style.js";

/**
 * @param {import("./types.js").Desk} desk
 * @param {HTMLElement} element  where it is drawn
 * @param {string} title  the key of its name
 */
export async function createDistrictMap({ api, t, lang, onSpeak }, element, title) {
  const style = () =>
    buildStyle(
      {
        lang: lang(),
        visible: { divisions: true, grids: true, buildings: true, incidents: false },
        statuses: [],
        pin: null,
        at: null,
        published: [],
      },
      location.origin,
    );
  const bounds = await api.get("/tiles/grids.json").then(
    (answer) => answer.bounds,
    (error) => {
      if (error instanceof ApiError) return null; // what is shown stands on an empty map
      throw error;
    },
  );
  const engine = createEngine(element, style(), {
    bounds,
    hash: false,
    calm: true,
    pickOrder: (zoom) => pickOrder([], zoom),
    onTrouble: (error) => error.status === undefined && reportError(error),
    words: {
      "Map.Title": t(title),
      "NavigationControl.ZoomIn": t("map.zoom_in"),
      "NavigationControl.ZoomOut": t("map.zoom_out"),
    },
  });
  onSpeak(() => engine.apply(style()));
  return engine;
}
