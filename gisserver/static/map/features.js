/** The map of a page of features (`/ogc/collections/ID/items?f=html`): what the table lists, drawn. */

import { LngLatBounds, Map as MapView } from "maplibre-gl";

const COLOUR = "#0b6e99";
const drawn = JSON.parse(document.getElementById("drawn")?.textContent ?? "");

const map = new MapView({
  container: "places",
  style: {
    version: 8,
    sources: { features: { type: "geojson", data: drawn } },
    layers: [
      {
        id: "areas",
        type: "fill",
        source: "features",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": COLOUR, "fill-opacity": 0.25 },
      },
      {
        id: "lines",
        type: "line",
        source: "features",
        filter: ["!=", ["geometry-type"], "Point"],
        paint: { "line-color": COLOUR },
      },
      {
        id: "points",
        type: "circle",
        source: "features",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-color": COLOUR, "circle-radius": 5 },
      },
    ],
  },
  bounds: boundsOf(drawn.features),
  fitBoundsOptions: { padding: 24, maxZoom: 18 },
});

map.on("click", (event) => {
  const [found] = map.queryRenderedFeatures(event.point);
  if (found) document.getElementById(`feature-${found.id}`)?.scrollIntoView({ block: "center" });
});

/** @param {{geometry: any}[]} features @returns {LngLatBounds} */
function boundsOf(features) {
  const bounds = new LngLatBounds();
  /** @param {any} part */
  const extend = (part) => (typeof part[0] === "number" ? bounds.extend([part[0], part[1]]) : part.forEach(extend));
  const shapes = (/** @type {any} */ geometry) => geometry.geometries ?? [geometry];
  features.forEach(({ geometry }) => shapes(geometry).forEach((/** @type {any} */ shape) => extend(shape.coordinates)));
  return bounds;
}
