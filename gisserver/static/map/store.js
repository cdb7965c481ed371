/** One snapshot of state, replaced whole; listeners get the parts that changed. */

/** @typedef {import("./types.js").State} State */

/**
 * @template {object} [S=State]
 * @typedef {object} Store
 * @property {() => S} get
 * @property {(patch: Partial<S>) => void} set  replaces the named parts; equal values tell nobody
 * @property {(keys: (keyof S)[], listener: (state: S) => void) => () => void} on  returns how to stop
 */

/**
 * @template {object} S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  /** @type {S} */
  let state = Object.freeze({ ...initial });
  /** @type {Set<{keys: (keyof S)[], listener: (state: S) => void}>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      const before = state;
      state = Object.freeze({ ...state, ...patch });
      const changed = /** @type {(keyof S)[]} */ (Object.keys(patch)).filter((k) => before[k] !== state[k]);
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
