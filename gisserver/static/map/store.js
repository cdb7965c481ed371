/** One snapshot of state, replaced whole; listeners hear of the parts that changed. */

/** @typedef {import("./types.js").State} State */

/**
 * @typedef {object} Store
 * @property {() => State} get
 * @property {(patch: Partial<State>) => void} set  replaces the named parts; equal values tell nobody
 * @property {(keys: (keyof State)[], listener: (state: State) => void) => () => void} on  returns how to stop
 */

/**
 * @param {State} initial
 * @returns {Store}
 */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  /** @type {Set<{keys: (keyof State)[], listener: (state: State) => void}>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      const before = state;
      state = Object.freeze({ ...state, ...patch });
      const changed = /** @type {(keyof State)[]} */ (Object.keys(patch)).filter((k) => before[k] !== state[k]);
      for (const { keys, listener } of [...listeners]) {
        if (keys.some((key) => changed.includes(key))) listener(state);
      }
    },
    on(keys, listener) {
      const entry = { keys, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
