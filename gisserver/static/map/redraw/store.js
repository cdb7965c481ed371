/** The store of redraws: which one is open, what is being drawn, what the server answered. */

import { createStore } from "../store.js";
import { contentsOf, previewOf } from "./contents.js";
import { withChanged } from "./draft.js";
import { picked } from "./picks.js";
import { createRefresh } from "./refresh.js";
import { createRequests } from "./requests.js";
import { EMPTY, IDLE } from "./state.js";
import { createSteps } from "./steps.js";
import { verbNamed } from "./verbs/all.js";

/** @typedef {import("./types.js").RedrawState} RedrawState */
/** @typedef {import("./types.js").Body} Body */
/** @typedef {ReturnType<typeof createRedrawStore>} RedrawStore */

/** Steps that make something: done once, however often they are sent. */
const KEYED = ["reverse", "corrections"];

/**
 * @param {object} parts
 * @param {import("./doors.js").Doors} parts.doors
 * @param {import("../types.js").Translate} parts.t
 * @param {() => void} parts.onPublished  the partition is another now
 * @param {(file: {blob: Blob, name: string}) => void} parts.save  give a file to the browser
 */
export function createRedrawStore({ doors, t, onPublished, save }) {
  /** @type {import("../store.js").Store<RedrawState>} */
  const store = createStore(EMPTY);
  const { attempt, keyFor, rest } = createRequests({ store, t, onOutdated: renew });
  const { refresh } = createRefresh({ store, doors });
  const step = createSteps(async (way) => {
    while (store.get().busy) await rest();
    return attempt(async () => {
      await take(await doors.step(open(), way), t(`redraw.${way}ne`));
      return true;
    });
  });
  /** @type {Body|null} the command sent last */
  let last = null;

  const open = () => /** @type {import("./types.js").Redraw} */ (store.get().redraw);

  /** Open a redraw. @param {number} id */
  async function load(id) {
    store.set({ ...IDLE, ...(await contentsOf(doors, id)), assets: null, view: "one", tool: null });
    survey(id);
    const conflict = open().conflict;
    if (conflict)
      store.set({
        trouble: {
          code: conflict.code,
          message: conflict.detail,
          problem: conflict,
          geometry: conflict.geometry ?? null,
          retry: false,
        },
      });
  }

  /** Counting along is a help: who draws does not wait for it. @param {number} id */
  async function survey(id) {
    const assets = await doors.assets(id).catch(() => null);
    if (store.get().redraw?.id === id) store.set({ assets });
  }

  async function renew() {
    if (store.get().redraw) store.set(await contentsOf(doors, open().id));
  }

  /** What a command has changed besides the map: its log, and the counts. */
  async function recount() {
    const { id } = open();
    const [redraw, commands] = await Promise.all([doors.read(id), doors.commands(id)]);
    store.set({ redraw, commands, preview: await previewOf(doors, redraw) });
  }

  /** @param {import("./types.js").Drawn} drawn @param {string} notice */
  async function take(drawn, notice) {
    const { draft } = store.get();
    if (draft) store.set({ ...IDLE, draft: withChanged(draft, drawn.changed), warnings: drawn.warnings, notice });
    await recount();
  }

  const redrawStore = {
    get: store.get,
    on: store.on,

    /** @param {boolean} shown */
    async show(shown) {
      store.set({ open: shown, tool: null });
      if (shown && store.get().view === "list") await this.list();
    },
    /** @param {string} [status] */
    async list(status = store.get().status) {
      store.set({
        ...IDLE,
        view: "list",
        status,
        redraw: null,
        draft: null,
        assets: null,
        preview: null,
        warnings: [],
        tool: null,
      });
      await attempt(async () => store.set(await doors.list(status)));
      // Their names help to tell redraws apart; nobody waits for them.
      if (store.get().allCommunities.length === 0)
        doors.communities().then(
          (allCommunities) => store.set({ allCommunities }),
          () => {},
        );
    },
    more: () =>
      attempt(async () => {
        const { rows, more } = await doors.list(store.get().status, store.get().more);
        store.set({ rows: [...store.get().rows, ...rows], more });
      }),
    /** Open a redraw, when what is being done is done: a click while the list still comes counts. @param {number} id */
    async read(id) {
      await rest();
      return attempt(() => load(id));
    },

    /** The form of a new redraw, with the communities to choose from. */
    async begin() {
      store.set({ ...IDLE, view: "new", communities: [], notice: "" });
      // The list may still be coming: who is faster than it needs the communities all the same.
      await rest();
      if (store.get().allCommunities.length === 0)
        await attempt(async () => store.set({ allCommunities: await doors.communities() }));
    },
    /** @param {string} code */
    choose(code) {
      const { communities } = store.get();
      store.set({
        communities: communities.includes(code)
          ? communities.filter((other) => other !== code)
          : [...communities, code],
      });
    },
    /** @param {{title: string, reason: string, communities: string[]}} body */
    create: (body) =>
      attempt(async () => {
        await load((await doors.create(body, keyFor(JSON.stringify(body)))).id);
        return true;
      }),
    /**
     * Let the server draw a draft that makes grids equal.
     * @param {{title: string, reason: string, communities: string[], tolerance: number, measure: string}} body
     */
    propose: (body) =>
      attempt(async () => {
        const { id, proposal } = await doors.propose(body, keyFor(JSON.stringify(body)));
        await load(id);
        if (proposal) {
          const reached = t(`redraw.proposed.${proposal.reached}`, {
            measure: t(`field.${proposal.measure}`),
            n: proposal.moved,
          });
          // How far from the tolerance it stays, the server says.
          store.set({ notice: [reached, proposal.message].filter(Boolean).join(" ") });
        }
        return true;
      }),

    /** @param {string|null} tool */
    use(tool) {
      const verb = verbNamed(tool);
      if (verb && (!verb.available(store.get().redraw) || verb.disabled(store.get()))) return;
      store.set({ ...IDLE, tool: tool === store.get().tool ? null : tool, notice: "" });
    },
    /** @param {string} code */
    pick(code) {
      const tool = verbNamed(store.get().tool);
      if (tool) store.set({ picks: picked(store.get().picks, code, tool.picks), trouble: null });
    },
    /** Take one more command. @param {Body} body */
    send(body) {
      last = body;
      return attempt(async () => {
        const drawn = await doors.command(open(), body, keyFor(JSON.stringify(body)));
        await take(drawn, t("redraw.done", { verb: t(`redraw.tool.${body.verb}`) }));
      });
    },
    /** Send the last command once more, because no answer came. */
    retry() {
      return last ? this.send(last) : Promise.resolve(null);
    },
    ask: attempt,
    /** Look again at what others may have done; see `createRefresh`. */
    refresh,
    /** Take a file home. @param {string} path */
    fetch: (path) => attempt(async () => save(await doors.download(path))),
    /** Undo or redo, after what was pressed before it. */
    step,
    /** Drop what is in hand; the tool, when nothing is. */
    drop() {
      const { tool, drawn, picks, buildings, dragged, trouble } = store.get();
      const empty = !drawn && !trouble && picks.length + buildings.length + dragged.length === 0;
      store.set({ ...IDLE, tool: empty ? null : tool, notice: "" });
    },
    /**
     * @param {Partial<Pick<RedrawState,
     *   "drawn"|"dragged"|"hand"|"measure"|"shaded"|"focus"|"byBuildings"|"buildings"|"keep"|"trouble">>} patch
     */
    hold: (patch) => store.set(patch),

    /** A step of the review; null when it was refused. @param {string} step @param {object} body */
    review: (step, body) =>
      attempt(async () => {
        const redraw = await doors.review(
          open(),
          step,
          body,
          KEYED.includes(step) ? keyFor(JSON.stringify({ step, body })) : undefined,
        );
        await load(redraw.id);
        const later = step === "publish" && Date.parse(redraw.effective_at ?? "") > Date.now();
        store.set({ notice: t(`redraw.did.${later ? "schedule" : step}`) });
        if (step === "publish") onPublished();
        return true;
      }),
  };
  return redrawStore;
}
