/** Where the positions of a file lie, by each way to read them: a list to choose from, and a map. */

import { h, refill } from "../../dom.js";
import { createDistrictMap } from "../district-map.js";

const SOURCE = "previewed";

/**
 * @param {import("../types.js").Desk} desk
 * @param {(reading: import("./start.js").Reading) => void} onChoose
 */
export function createPlaces(desk, onChoose) {
  const { t, onSpeak } = desk;
  const box = h("div", { class: "layer-map", role: "region" });
  const list = h("ul", { class: "layer-readings" });
  const element = h("div", { class: "layer-places", hidden: true }, list, box);
  /** @type {ReturnType<typeof createDistrictMap>|null} */
  let engine = null;
  /** @type {import("./start.js").Reading[]} */
  let readings = [];
  /** @type {import("./start.js").Reading|null} */
  let current = null;
  /** @type {string|null} */
  let declared = null;
  onSpeak(() => {
    render();
    if (current) void draw();
  });

  return {
    element,
    /** @param {import("./start.js").Reading[]} found @param {string|null} crs  what the positions are taken for */
    show(found, crs) {
      readings = found;
      declared = crs;
      current = found[0] ?? null;
      element.hidden = found.length === 0;
      render();
      if (current) void draw();
    },
  };

  async function draw() {
    engine ??= createDistrictMap(desk, box, "uploads.map");
    const made = await engine;
    const reading = current;
    if (!reading) return;
    made.lend((map) => {
      const data = /** @type {GeoJSON.Feature} */ ({
        type: "Feature",
        properties: {},
        geometry: { type: "MultiPoint", coordinates: reading.positions },
      });
      const put = () => {
        const source = /** @type {import("maplibre-gl").GeoJSONSource|undefined} */ (map.getSource(SOURCE));
        if (source) source.setData(data);
        else {
          map.addSource(SOURCE, { type: "geojson", data });
          map.addLayer({
            id: SOURCE,
            type: "circle",
            source: SOURCE,
            paint: {
              "circle-radius": 5,
              "circle-color": "#b3362a",
              "circle-stroke-color": "#fff",
              "circle-stroke-width": 1.5,
            },
          });
        }
        const [west, south, east, north] = reading.bbox;
        map.fitBounds([west, south, east, north], { padding: 40, maxZoom: 15, duration: 0 });
      };
      if (map.isStyleLoaded()) put();
      else map.once("idle", put);
    });
  }

  function render() {
    box.setAttribute("aria-label", t("uploads.map"));
    refill(list, ...readings.map(itemOf));
  }

  /** @param {import("./start.js").Reading} reading */
  function itemOf(reading) {
    const { crs, swapped, inside } = reading;
    const name = swapped ? t("uploads.swapped", { crs }) : crs;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "plain",
          "data-key": `reading-${crs}-${swapped}`,
          "aria-pressed": String(reading === current),
          onclick: () => {
            current = reading;
            render();
            void draw();
          },
        },
        h("b", {}, name),
        " ",
        t("uploads.inside", { share: `${Math.round(inside * 100)} %` }),
      ),
      !swapped &&
        crs !== declared &&
        h(
          "button",
          { type: "button", class: "plain", "data-key": `take-${crs}`, onclick: () => onChoose(reading) },
          t("uploads.take"),
        ),
    );
  }
}
