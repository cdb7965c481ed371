/** The only file that knows terra-draw: a line or an area drawn by hand, finished, mended, read. */

import {
  TerraDraw,
  TerraDrawLineStringMode,
  TerraDrawModeUndoRedo,
  TerraDrawPolygonMode,
  TerraDrawRectangleMode,
  TerraDrawSelectMode,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";

import { SKETCH } from "./sketch-layers.js";

/** @typedef {import("../redraw/types.js").Shape} Shape */
/** @typedef {import("../redraw/types.js").LonLat} LonLat */
/** @typedef {GeoJSON.LineString|GeoJSON.Polygon} Drawing */
/** @typedef {ReturnType<typeof createSketch>} Sketch */

/** @type {Record<Shape, string>} terra-draw's names of its modes */
const MODES = { line: "linestring", polygon: "polygon", rectangle: "rectangle" };
const COLOR = "#b3126b";
/** How near a click has to be to a drawn point to mean it: a fingertip's reach. */
const REACH_PX = 22;
/** terra-draw's word for the points and lines that only guide the hand. */
const DRAWN = ["linestring", "polygon", "rectangle"];

/**
 * @param {import("maplibre-gl").Map} map
 * @param {object} options
 * @param {(at: LonLat) => LonLat|null} options.snap  the corner or border that is meant
 * @param {(drawing: Drawing) => void} options.onDone  something was finished
 * @param {(drawing: Drawing|null) => void} options.onHand  what is being drawn or mended is another now, up to the
 *   pointer
 */
export function createSketch(map, { snap, onDone, onHand }) {
  // Held down, Alt puts a point exactly where the pointer is.
  const toCustom = (/** @type {{lng: number, lat: number, heldKeys?: string[]}} */ { lng, lat, heldKeys }) =>
    heldKeys?.includes("Alt") ? undefined : (snap([lng, lat]) ?? undefined);
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map: /** @type {any} */ (map), prefixId: SKETCH }),
    modes: modes(toCustom),
    undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
  });
  draw.start();

  /** What is being drawn or was finished; guiding points left out. */
  const own = () =>
    draw
      .getSnapshot()
      .find(({ properties, geometry }) => DRAWN.includes(String(properties.mode)) && geometry.type !== "Point");
  const drawing = () => draw.getModeState() === "drawing";

  draw.on("change", () => onHand(/** @type {Drawing|undefined} */ (own()?.geometry) ?? null));
  draw.on("finish", (_, { action }) => {
    if (action === "draw") handOver();
  });

  /** Finished: its points can be moved now, until it is cleared. */
  function handOver() {
    const done = own();
    if (!done) return;
    draw.setMode("select");
    if (done.id !== undefined) draw.selectFeature(done.id);
    onDone(/** @type {Drawing} */ (done.geometry));
  }

  return {
    /** Begin anew. @param {Shape} shape */
    begin(shape) {
      draw.clear();
      draw.setMode(MODES[shape]);
    },
    /**
     * End what is being drawn where it is now, without the part that follows the pointer; false when it is too short.
     */
    finish() {
      const half = drawing() ? own() : undefined;
      const geometry = half && withoutTail(/** @type {Drawing} */ (half.geometry));
      if (!half || !geometry) return false;
      const mode = String(half.properties.mode);
      draw.setMode("select");
      draw.clear();
      draw.addFeatures([{ type: "Feature", id: draw.getFeatureId(), properties: { mode }, geometry }]);
      handOver();
      return true;
    },
    /** Take back the last point; false when there is none. */
    undo: () => drawing() && draw.undo(),
    /** Whether a point has been put down. */
    drawing,
    /** The finished drawing, as it was mended. @returns {Drawing|null} */
    read: () => /** @type {Drawing|undefined} */ (own()?.geometry) ?? null,
    /** Nothing is drawn, and clicks are nobody's. */
    rest() {
      draw.clear();
      draw.setMode("static");
    },
    stop: () => draw.stop(),
  };
}

/** @param {Drawing} geometry  whose last corner follows the pointer @returns {Drawing|null} */
function withoutTail(geometry) {
  if (geometry.type === "LineString") {
    const coordinates = geometry.coordinates.slice(0, -1);
    return coordinates.length < 2 ? null : { ...geometry, coordinates };
  }
  const ring = geometry.coordinates[0];
  const corners = ring.slice(0, -2);
  return corners.length < 3 ? null : { ...geometry, coordinates: [[...corners, ring[0]]] };
}

/** @param {(event: {lng: number, lat: number}) => LonLat|undefined} toCustom */
function modes(toCustom) {
  const common = { pointerDistance: REACH_PX, keyEvents: null, snapping: { toCustom } };
  const point = /** @type {const} */ ({
    snappingPointColor: "#ffffff",
    snappingPointWidth: 6,
    snappingPointOutlineColor: COLOR,
    snappingPointOutlineWidth: 3,
    closingPointColor: COLOR,
    closingPointWidth: 6,
    closingPointOutlineColor: "#ffffff",
    closingPointOutlineWidth: 2,
  });
  const area = /** @type {const} */ ({ fillColor: COLOR, fillOpacity: 0.14, outlineColor: COLOR, outlineWidth: 3 });
  const coordinates = { draggable: true, deletable: true, midpoints: { draggable: true }, snappable: { toCustom } };
  const flags = Object.fromEntries(DRAWN.map((mode) => [mode, { feature: { draggable: false, coordinates } }]));
  return [
    new TerraDrawLineStringMode({ ...common, styles: { ...point, lineStringColor: COLOR, lineStringWidth: 3 } }),
    new TerraDrawPolygonMode({ ...common, styles: { ...point, ...area } }),
    new TerraDrawRectangleMode({ keyEvents: null, drawInteraction: "click-move-or-drag", styles: area }),
    new TerraDrawSelectMode({
      // No throttle: the last place of a drag is the one that counts.
      flags,
      keyEvents: null,
      pointerDistance: REACH_PX,
      allowManualDeselection: false,
      dragEventThrottle: 0,
      styles: {
        selectedLineStringColor: COLOR,
        selectedLineStringWidth: 3,
        selectedPolygonColor: COLOR,
        selectedPolygonFillOpacity: 0.14,
        selectedPolygonOutlineColor: COLOR,
        selectedPolygonOutlineWidth: 3,
        selectionPointColor: "#ffffff",
        selectionPointWidth: 7,
        selectionPointOutlineColor: COLOR,
        selectionPointOutlineWidth: 3,
        midPointColor: COLOR,
        midPointWidth: 4,
        midPointOutlineColor: "#ffffff",
        midPointOutlineWidth: 1,
      },
    }),
  ];
}
