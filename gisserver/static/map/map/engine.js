/** The map by MapLibre: draws a style, reports what lies under the pointer (pointer.js), moves the view. */

import { Map as MapLibre, NavigationControl, ScaleControl } from "maplibre-gl";

import { LABELLED, labelPoints, labelSource, shortened } from "./labels.js";
import { PIN_RATIO, pinImage } from "./pin.js";
import { newsAt, onLongPress, onPointer } from "./pointer.js";
import { tellBusy, tellIdle } from "./report.js";
import { withSketch } from "./sketch-layers.js";
import { edgesOf } from "../redraw/geometry.js";

/** @typedef {import("../types.js").LayerName} LayerName */
/** @typedef {[number, number, number, number]} Bounds  west, south, east, north in degrees */
/** @typedef {import("./pointer.js").Hit} Hit */
/** @typedef {import("./pointer.js").PointerNews} PointerNews */
/** @typedef {ReturnType<typeof createEngine>} Engine */

/**
 * @param {HTMLElement} container
 * @param {import("maplibre-gl").StyleSpecification} style
 * @param {object} options
 * @param {Bounds|null} options.bounds
 * @param {boolean} options.calm  no fading: the reader likes no moving pictures
 * @param {(zoom: number) => string[]} options.pickOrder  sources, the one that a click belongs to first
 * @param {(error: {message: string, status?: number}) => void} options.onTrouble
 * @param {Record<string, string>} options.words  for MapLibre's own buttons, by its keys
 * @param {string|false} [options.hash]  under which name the page's address holds the view
 */
export function createEngine(container, style, { bounds, calm, pickOrder, onTrouble, words, hash = "map" }) {
  const map = new MapLibre({
    container,
    style,
    locale: words,
    hash,
    attributionControl: { compact: false },
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 20,
    fadeDuration: calm ? 0 : 300,
    ...(bounds ? { bounds, fitBoundsOptions: { padding: margins(container) } } : {}),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
  map.once("style.load", () => map.addImage("pin", pinImage(), { pixelRatio: PIN_RATIO }));
  /** @type {Map<string, {z: number, x: number, y: number}[]>} the tiles that did not come, by source */
  const failed = new Map();
  map.on("error", (event) => {
    const { sourceId, tile } = /** @type {any} */ (event);
    if (tile) failed.set(sourceId, [...(failed.get(sourceId) ?? []), tile.tileID.canonical]);
    onTrouble(event.error);
  });
  /** @type {Map<string, string>} what each label source holds now, as GeoJSON text */
  const names = new Map();
  /** @type {Map<string, GeoJSON.FeatureCollection>} what was put into a source from outside the style */
  const overlays = new Map();
  map.on("movestart", () => tellBusy(container));
  map.on("dataloading", () => tellBusy(container));
  /** @type {string[]} */
  let muted = [];
  /** How many answers are awaited that may move the view. */
  let awaited = 0;
  /** @type {Set<string>} sources that were to be asked again while some tile was still on its way */
  const owed = new Set();
  map.on("idle", () => {
    if (owed.size > 0) return refresh([...owed]);
    if (!nameAll(map, names, muted) && awaited === 0 && map.areTilesLoaded()) tellIdle(map, container);
  });

  /** @type {{source: string, sourceLayer: string, id: number|string}|null} */
  let marked = null;
  /** @type {{source: string, sourceLayer: string, id: number|string}|null} */
  let hovered = null;

  return {
    /** @param {import("maplibre-gl").StyleSpecification} next */
    apply(next) {
      for (const [name, text] of names) Object.assign(next.sources[name], { data: JSON.parse(text) });
      for (const [name, data] of overlays) if (next.sources[name]) Object.assign(next.sources[name], { data });
      map.setStyle(next, { diff: true, transformStyle: withSketch });
    },
    /**
     * Give a source of the style its features, until others come.
     * @param {string} source
     * @param {GeoJSON.FeatureCollection} data
     */
    put(source, data) {
      overlays.set(source, data);
      /** @type {import("maplibre-gl").GeoJSONSource|undefined} */ (map.getSource(source))?.setData(data);
    },

    /** @param {(news: PointerNews) => void} listener */
    onClick: (listener) => listen("click", listener),
    /** Right button, or a finger held still. @param {(news: PointerNews) => void} listener */
    onAsk(listener) {
      const stopMenu = listen("contextmenu", listener);
      const stopPress = onLongPress(map, (point) => listener(newsAt(map, point, pickOrder(map.getZoom()))));
      return () => {
        stopMenu();
        stopPress();
      };
    },
    /** @param {(news: PointerNews|null) => void} listener */
    onHover(listener) {
      const stop = listen("mousemove", (news) => {
        hover(news.hit);
        listener(news);
      });
      const left = () => {
        hover(null);
        listener(null);
      };
      map.on("mouseout", left);
      return () => {
        stop();
        map.off("mouseout", left);
      };
    },
    /** @param {string} source @param {string} sourceLayer @param {number|string} id */
    mark(source, sourceLayer, id) {
      this.unmark();
      marked = { source, sourceLayer, id };
      tell(marked, { selected: true });
    },
    unmark() {
      if (marked) tell(marked, { selected: false });
      marked = null;
    },
    /** Not idle until this has ended, and what it changed is drawn. @param {Promise<unknown>} work */
    async during(work) {
      awaited += 1;
      tellBusy(container);
      await work.finally(() => {
        awaited -= 1;
        map.triggerRepaint();
      });
    },
    /** @param {[number, number]} center @param {number} [zoom] never zooms out */
    flyTo: (center, zoom = 16) => map.flyTo({ center, zoom: Math.max(zoom, map.getZoom()), duration: 900 }),
    /** Go two steps nearer, to see apart what lies close together. @param {[number, number]} center */
    approach: (center) => map.flyTo({ center, zoom: map.getZoom() + 2, duration: 900 }),
    /** @param {Bounds} box */
    fit: (box) => map.fitBounds(box, { padding: margins(container, true), maxZoom: 18, duration: 900 }),
    /** Leave out the names of some grids, which are written by others. @param {string[]} codes */
    mute(codes) {
      muted = codes;
      nameAll(map, names, muted);
    },
    /** Whether all of a box is on the screen, beside the panels. @param {Bounds} box */
    shows([west, south, east, north]) {
      const { top, bottom, left, right } = margins(container, true);
      const [a, b] = [map.project([west, north]), map.project([east, south])];
      return (
        a.x >= left && a.y >= top && b.x <= container.clientWidth - right && b.y <= container.clientHeight - bottom
      );
    },
    /** Whether a box is in sight and not too small to work on. @param {Bounds} box */
    fills([west, south, east, north]) {
      const [a, b] = [map.project([west, north]), map.project([east, south])];
      const { clientWidth: width, clientHeight: height } = container;
      return (
        b.x > 0 &&
        b.y > 0 &&
        a.x < width &&
        a.y < height &&
        Math.max(b.x - a.x, b.y - a.y) > Math.min(width, height) / 4
      );
    },
    /** @param {[number, number]} at @returns {{x: number, y: number}} pixels of the map's element */
    project: (at) => map.project(at),
    /**
     * The edges drawn near a place by layers that a border may follow.
     * @param {[number, number]} at @param {number} reach  pixels @param {string[]} sources
     * @returns {[[number, number], [number, number]][]}
     */
    guides(at, reach, sources) {
      const { x, y } = map.project(at);
      const drawn = map.queryRenderedFeatures([
        [x - reach, y - reach],
        [x + reach, y + reach],
      ]);
      return drawn
        .filter(({ source, layer }) => sources.includes(source) && layer.type === "line")
        .flatMap(({ geometry }) => edgesOf(geometry));
    },
    /** @param {string} cursor "" for the usual one */
    cursor(cursor) {
      map.getCanvas().style.cursor = cursor;
    },
    /** Let the keyboard speak to the map. */
    focus: () => map.getCanvas().focus({ preventScroll: true }),
    /**
     * The bare pointer, for tools: pressing (true keeps the map from moving along), moving, letting go.
     * @param {import("./pointer.js").PointerListeners} listeners
     */
    onPointer: (listeners) => onPointer(map, listeners),
    /** Make something that works on the map itself. @template T @param {(map: MapLibre) => T} make */
    lend: (make) => make(map),
    refresh,
    /** Ask again for the tiles that failed while the network was away. */
    reload() {
      for (const [name, { type }] of Object.entries(map.getStyle().sources)) {
        if (type !== "vector") continue;
        const source = /** @type {import("maplibre-gl").VectorTileSource} */ (map.getSource(name));
        // One by one: MapLibre's refresh of a whole source waits for ever for those that failed.
        if (source.tiles) map.refreshTiles(name, failed.get(name) ?? []);
        else source.setUrl(source.url);
      }
      failed.clear();
    },
  };

  /** Ask again for the tiles of some sources, because what they show has changed. @param {string[]} sources */
  function refresh(sources) {
    for (const name of sources) {
      const source = /** @type {import("maplibre-gl").VectorTileSource|undefined} */ (map.getSource(name));
      if (!source) continue;
      // MapLibre drops this for a tile on its way, which may hold what was before: once more when all have come.
      if (map.isSourceLoaded(name)) owed.delete(name);
      else owed.add(name);
      if (source.tiles && !failed.has(name)) map.refreshTiles(name);
      else source.setUrl(source.url);
      failed.delete(name);
    }
  }

  /** @param {"click"|"contextmenu"|"mousemove"} type @param {(news: PointerNews) => void} listener */
  function listen(type, listener) {
    /** @param {import("maplibre-gl").MapMouseEvent} event */
    const handler = (event) => listener(newsAt(map, event.point, pickOrder(map.getZoom())));
    map.on(type, handler);
    return () => {
      map.off(type, handler);
    };
  }

  /** @param {Hit|null} hit */
  function hover(hit) {
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    if (hovered && (hit?.source !== hovered.source || hit.id !== hovered.id)) tell(hovered, { hover: false });
    hovered = hit ? { source: hit.source, sourceLayer: hit.layer, id: hit.id } : null;
    if (hovered) tell(hovered, { hover: true });
  }

  /**
   * A layer may have been switched off since.
   * @param {{source: string, sourceLayer: string, id: number|string}} feature
   * @param {object} state
   */
  function tell(feature, state) {
    if (map.getSource(feature.source)) map.setFeatureState(feature, state);
  }
}

/**
 * Write each polygon's name once (labels.js says why); resolves when the names stay where they are.
 * @param {MapLibre} map
 * @param {Map<string, string>} names
 * @param {string[]} muted  codes of the grids that are not named
 * @returns {boolean} whether something moved, so that the map has to draw again
 */
function nameAll(map, names, muted) {
  /** @param {LayerName} layer */
  const piecesOf = (layer) => map.querySourceFeatures(layer, { sourceLayer: layer });
  const moved = LABELLED.filter((layer) => {
    const points = labelPoints(piecesOf(layer)).filter(
      ({ properties }) => layer !== "grids" || !muted.includes(properties?.code),
    );
    const features = layer === "grids" ? shortened(points, piecesOf("divisions")) : points;
    // Through text: the worker refuses the objects that a query returns, and text is easily compared.
    const text = JSON.stringify({ type: "FeatureCollection", features });
    if (text === names.get(labelSource(layer))) return false;
    names.set(labelSource(layer), text);
    const source = /** @type {import("maplibre-gl").GeoJSONSource} */ (map.getSource(labelSource(layer)));
    source.setData(JSON.parse(text));
    return true;
  });
  return moved.length > 0;
}

/**
 * Room around what is fitted into view; beside it, where the screen is wide, for the panels that float over the map.
 * @param {HTMLElement} container
 * @param {boolean} [panels]
 */
function margins(container, panels = false) {
  if (container.clientWidth <= 720)
    return { top: 72, bottom: panels ? container.clientHeight * 0.55 : 88, left: 24, right: 24 };
  const beside = panels && container.clientWidth > 1000;
  return { top: 56, bottom: 48, left: beside ? 272 : 56, right: beside ? 376 : 56 };
}
