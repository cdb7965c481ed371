/** The mode of redrawing: what a pointer and the keyboard mean while a redraw is open. */

import { redrawOverlays, renamed } from "../map/drawing/redraw.js";
import { boxOf, carriedAt } from "../redraw/counting.js";
import { contains, dragged, gridAt } from "../redraw/geometry.js";
import { verbNamed } from "../redraw/verbs/all.js";
import { placeOf } from "../results.js";
import { createBuildingSelection } from "./building-selection.js";
import { createSnapping } from "./snapping.js";

/** @typedef {import("../redraw/store.js").RedrawStore} RedrawStore */
/** @typedef {import("../redraw/types.js").LonLat} LonLat */
/** @typedef {import("../map/engine.js").Engine} Engine */
/** @typedef {import("../map/sketch.js").Sketch} Sketch */
/** @typedef {ReturnType<typeof redrawing>} Redrawing */

/** How near the pointer has to be to a border to mean it; a fingertip hides more than an arrow. */
const REACH_PX = matchMedia("(pointer: coarse)").matches ? 24 : 12;
/** Without a pointer that hovers, the corners of all grids are shown. */
const HOVERS = matchMedia("(hover: hover)").matches;

/**
 * @param {object} parts
 * @param {import("../types.js").Context} parts.context
 * @param {Engine} parts.engine
 * @param {RedrawStore} parts.redrawStore
 * @param {import("../redraw/doors.js").Doors} parts.doors
 * @param {() => Promise<typeof import("../map/sketch.js")>} parts.load  terra-draw is fetched when somebody draws
 * @param {(at: LonLat|null, under: ReturnType<typeof carriedAt>) => void} parts.onPoint
 * @param {() => string[]} parts.guides  the sources that a border may follow: roads, buildings
 */
export function redrawing({ context, engine, redrawStore, doors, load, onPoint, guides }) {
  const { t } = context;
  /** @type {Sketch|null} */
  let sketch = null;
  /** @type {(() => void)[]} */
  let stops = [];
  /** @type {string[]} the grids under the pointer */
  let under = [];
  /** The corner that is being moved, from where it was. @type {LonLat|null} */
  let held = null;

  const now = () => redrawStore.get().draft?.now ?? {};
  const tool = () => verbNamed(redrawStore.get().tool);
  const { nearest, followed, meant, gridsAround } = createSnapping({ grids: now, engine, guides, reach: REACH_PX });
  const chooseBuildings = createBuildingSelection({ engine, redrawStore, doors, reach: REACH_PX });

  let asked = 0;
  /** What is drawn, passed on at most once a frame. @param {import("../map/sketch.js").Drawing|null} drawing */
  function onHand(drawing) {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => {
      if (redrawStore.get().tool) redrawStore.hold({ hand: drawing });
    });
  }

  const paint = () => {
    const shown = tool() ? (HOVERS ? [...under, ...redrawStore.get().picks] : Object.keys(now())) : [];
    for (const [source, data] of Object.entries(redrawOverlays(redrawStore.get(), shown))) engine.put(source, data);
    engine.mute(renamed(redrawStore.get()));
  };

  /** What the hand draws with the tool now; null: it clicks. */
  function shapeNow() {
    const chosen = tool();
    return chosen && redrawStore.get().picks.length >= chosen.picks ? chosen.shape(redrawStore.get()) : null;
  }

  /** Whether terra-draw is still being loaded: a click would be lost. */
  const loading = () => sketch === null && shapeNow() !== null;

  /** Load terra-draw before a tool is chosen: whoever may draw will. */
  async function loadSketch() {
    if (sketch || !redrawStore.get().redraw?.may.includes("draw")) return;
    const { createSketch } = await load();
    if (stops.length > 0) sketch ??= engine.lend((map) => createSketch(map, { snap: meant, onDone, onHand }));
    syncSketch();
  }

  /** Have the sketch draw what the tool needs; what is drawn and not yet taken stays. */
  function syncSketch() {
    if (redrawStore.get().drawn) return;
    const shape = shapeNow();
    if (shape) sketch?.begin(shape);
    else sketch?.rest();
    if (loading()) engine.cursor("progress");
    else engine.cursor(redrawStore.get().tool ? "crosshair" : "");
  }

  /** @param {import("../map/sketch.js").Drawing} drawing */
  function onDone(drawing) {
    if (shapeNow() === "rectangle") {
      sketch?.begin("rectangle");
      chooseBuildings(drawing);
    } else {
      redrawStore.hold({ drawn: true });
      submit(drawing);
    }
  }

  /** @param {import("../map/sketch.js").Drawing} drawing */
  function submit(drawing) {
    const body = tool()?.ofDrawing?.(drawing, redrawStore.get());
    if (body) redrawStore.send(body);
    else
      redrawStore.hold({
        trouble: { code: "LINE_MISSES_GRID", message: t("redraw.misses"), geometry: drawing, retry: false },
      });
  }

  /** @param {LonLat} at */
  function click(at) {
    const chosen = tool();
    if (!chosen) return redrawStore.hold({ focus: gridAt(now(), at)?.code ?? null });
    if (redrawStore.get().busy || shapeNow()) return;
    if (chosen.ofPlace) {
      const place = nearest(at, chosen.snap ?? "any");
      if (place) redrawStore.send(chosen.ofPlace(place));
      else
        redrawStore.hold({
          trouble: {
            code: "NODE_UNKNOWN",
            message: t(`redraw.nothing_near.${chosen.snap}`),
            geometry: null,
            retry: false,
          },
        });
      return;
    }
    const grid = chosen.picks > 0 ? gridAt(now(), at) : null;
    if (grid) redrawStore.pick(grid.code);
  }

  const pointer = {
    /** @param {LonLat} at */
    down(at) {
      held = tool()?.ofDrag && !redrawStore.get().busy ? (nearest(at, tool()?.snap ?? "any")?.at ?? null) : null;
      return held !== null;
    },
    /** @param {LonLat} at */
    move(at) {
      if (held) return redrawStore.hold({ dragged: dragged(now(), held, followed(at) ?? at), trouble: null });
      onPoint(at, carriedAt(redrawStore.get(), at));
      if (!tool()) return;
      const codes = gridsAround(at);
      if (codes.join() !== under.join()) {
        under = codes;
        paint();
      }
      if (tool()?.snap && !loading()) engine.cursor(nearest(at, tool()?.snap ?? "any") ? "pointer" : "crosshair");
    },
    /** @param {LonLat} at */
    up(at) {
      const from = held;
      held = null;
      const body = from && redrawStore.get().dragged.length > 0 ? tool()?.ofDrag?.(from, followed(at) ?? at) : null;
      if (body) redrawStore.send(body);
    },
  };

  /** Show where a refusal happened, unless it is in sight. */
  function reveal() {
    const { trouble } = redrawStore.get();
    const place = placeOf(trouble?.geometry);
    if (!place) return;
    const box = /** @type {[number, number, number, number]} */ (place.bounds ?? [...place.at, ...place.at]);
    if (engine.shows(box)) return;
    if (place.bounds) engine.fit(place.bounds);
    else engine.flyTo(place.at);
  }

  /** A redraw is opened to be seen: go there, unless one is there already. */
  function arrive() {
    const { assets } = redrawStore.get();
    const box = assets && boxOf(assets.frame);
    if (box && !engine.fills(box)) engine.fit(box);
  }

  const unsaved = () =>
    redrawStore.get().drawn || redrawStore.get().buildings.length > 0 || (sketch?.drawing() ?? false);

  return {
    enter() {
      onPoint(null, null);
      stops = [
        redrawStore.on(
          [
            "draft",
            "open",
            "picks",
            "focus",
            "dragged",
            "buildings",
            "trouble",
            "warnings",
            "tool",
            "allCommunities",
            "communities",
            "assets",
            "measure",
            "shaded",
          ],
          paint,
        ),
        redrawStore.on(["assets"], arrive),
        redrawStore.on(["tool", "drawn", "byBuildings", "picks"], syncSketch),
        redrawStore.on(["trouble"], reveal),
        redrawStore.on(["redraw"], loadSketch),
        engine.onClick(({ at }) => (redrawStore.get().view === "new" ? chooseCommunity(at) : click(at))),
        engine.onPointer(pointer),
      ];
      paint();
      loadSketch();
    },
    exit() {
      for (const stop of stops) stop();
      stops = [];
      sketch?.stop();
      sketch = null;
      under = [];
      engine.cursor("");
      redrawStore.hold({ hand: null });
      paint();
    },
    unsaved,
    /** Whether what is in hand may be dropped: who has drawn is asked. */
    mayLeave: () => !unsaved() || confirm(t("redraw.leave")),
    /** Done drawing, or once more: Enter, and the button beside the hint. */
    finish() {
      const { drawn, trouble } = redrawStore.get();
      const drawing = drawn ? sketch?.read() : null;
      if (drawing) return submit(drawing);
      if (trouble?.retry) return void redrawStore.retry();
      const body = tool()?.ofPicks(redrawStore.get());
      if (body) return void redrawStore.send(body);
      if (tool()?.shape(redrawStore.get()) && !sketch?.finish())
        redrawStore.hold({
          trouble: { code: "TOO_SHORT", message: t("redraw.too_short"), geometry: null, retry: false },
        });
    },
    /** Drop what is in hand: Escape, and the other button. */
    cancel() {
      const drew = sketch?.drawing() ?? false;
      held = null;
      if (drew) syncSketch();
      else redrawStore.drop();
    },
    /** The last point while drawing, the last command otherwise. */
    undo() {
      if (!sketch?.undo()) redrawStore.step("undo");
    },
    redo: () => redrawStore.step("redo"),
    /** Take back the last point only. */
    back: () => sketch?.undo(),
  };

  /** Once they are known: a click may come before the list. @param {LonLat} at */
  function chooseCommunity(at) {
    if (redrawStore.get().allCommunities.length === 0) {
      const stop = redrawStore.on(["allCommunities"], () => {
        stop();
        chooseCommunity(at);
      });
      return;
    }
    const community = redrawStore.get().allCommunities.find(({ geometry }) => contains(geometry, at));
    if (community) redrawStore.choose(community.code);
  }
}
