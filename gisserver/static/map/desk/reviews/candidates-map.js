/** The map beside the queue: the base map, and a numbered mark on each candidate. */

import { LngLatBounds, Marker } from "maplibre-gl";

import { h } from "../../dom.js";
import { createDistrictMap } from "../district-map.js";

/** Houses are told apart from here on. */
const NEAR_ZOOM = 18;

/**
 * @param {import("../types.js").Desk} desk
 * @param {(candidate: number) => void} onChoose
 */
export async function createCandidatesMap(desk, onChoose) {
  const element = h("div", { class: "review-map", "aria-label": desk.t("reviews.map"), role: "region" });
  const engine = await createDistrictMap(desk, element, "reviews.map");
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
