/** The everyday mode: point to see, click to select, right-click or hold to ask which grid is here. */

import { LAYER_NAMES } from "../map/style.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../map/engine.js").Engine} Engine */
/** @typedef {{enter: () => void, exit: () => void}} Mode */

/** One activation of the map: only one mode listens at a time; that of redrawing stands beside this one. */

/**
 * @param {Context} context
 * @param {Engine} engine
 * @param {(news: import("../map/engine.js").PointerNews|null) => void} onPoint
 * @returns {Mode}
 */
export function browse({ store, actions }, engine, onPoint) {
  /** @type {(() => void)[]} */
  let stops = [];
  return {
    enter() {
      stops = [
        engine.onClick(({ hit, border, at: here }) => {
          actions.pin(null);
          // Who looks into the past asks a border who drew it.
          if (store.get().history && border) return actions.select({ kind: "edge", id: null, at: here });
          if (!hit) return actions.select(null);
          const { id, properties, at } = hit;
          if (Number(properties.point_count) > 1) return engine.approach(at);
          const kind = LAYER_NAMES.find((name) => name === hit.source);
          if (kind) return actions.select({ kind, id, code: properties.code, properties, at });
          const layer = store.get().published.find((one) => one.id === hit.layer);
          if (layer)
            actions.select({ kind: "published", layer: { id: layer.id, title: layer.title }, id, properties, at });
        }),
        engine.onAsk(({ at }) => {
          actions.pin(at);
          actions.select({ kind: "place", id: null, at });
        }),
        engine.onHover(onPoint),
      ];
    },
    exit() {
      for (const stop of stops) stop();
      stops = [];
    },
  };
}
