/** The map beside the queue: the base map, and a numbered mark on each candidate. */

import { LngLatBounds, Marker } from "maplibre-gl";

import { ApiError } from "../../api.js";
import { h } from "../../dom.js";
import { createEngine } from "../../map/engine.js";
import { buildStyle, pickOrder } from "../../map/style.js";

/** Houses are told apart from here on. */
const NEAR_ZOOM = 18;

/**
 * @param {import("../types.js").Desk} desk
 * @param {(candidate: number) => void} onChoose
 */
export async function createCandidatesMap({ api, t, lang, onSpeak }, onChoose) {
  const element = h("div", { class: "review-map", "aria-label": t("reviews.map"), role: "region" });
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
      if (error instanceof ApiError) return null; // the marks stand on an empty map
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
      "Map.Title": t("reviews.map"),
      "NavigationControl.ZoomIn": t("map.zoom_in"),
      "NavigationControl.ZoomOut": t("map.zoom_out"),
    },
  });
  onSpeak(() => engine.apply(style()));
  /** @type {Marker[]} */
  let marks = [];

  return {
    element,
    /** @param {readonly import("../types.js").Candidate[]} candidates */
    show(candidates) {
      for (const mark of marks) mark.remove();
      marks = [];
      const box = new LngLatBounds();
      engine.lend((map) => {
        // The first on top: it is the likeliest, and several may stand in one house.
        for (const [index, { lon, lat, label }] of [...candidates.slice(0, 9).entries()].reverse()) {
          const button = h(
            "button",
            {
              type: "button",
              class: "candidate-mark",
              tabindex: -1,
              title: label,
              "aria-label": `${index + 1} ${label}`,
              onclick: () => onChoose(index + 1),
            },
            String(index + 1),
          );
          marks[index] = new Marker({ element: button }).setLngLat([lon, lat]).addTo(map);
          box.extend([lon, lat]);
        }
        if (!box.isEmpty()) map.fitBounds(box, { padding: 70, maxZoom: NEAR_ZOOM, duration: 0 });
      });
    },
    /** @param {number|null} candidate  the one that is pointed at in the list */
    point(candidate) {
      marks.forEach((mark, index) => mark.getElement().toggleAttribute("data-pointed", index + 1 === candidate));
    },
  };
}
