/** News of what others do, pushed by the server (server-sent events) as long as the page is shown. */

/**
 * Who listens before the first tile is asked for misses nothing: whatever changes later is sent, and whatever is asked
 * for later is as new as that. After an interruption the version in the greeting tells whether something was missed.
 */

/** @typedef {"partition"|"redraw"} Subject  grids have changed; something has happened to a redraw */
/** @typedef {Pick<EventTarget, "addEventListener"> & {close: () => void, readyState: number}} Source  an EventSource */
/** @typedef {Pick<Document, "visibilityState"|"addEventListener">} Page */
/** @typedef {ReturnType<typeof listenForNews>} News */

const CLOSED = 2;
/** The map does not wait longer than this for news of changes. */
const PATIENCE_MS = 2500;
/** The browser itself does not come back after a refusal. */
const AGAIN_MS = 5000;

/**
 * @param {object} parts
 * @param {() => Source} parts.connect
 * @param {Page} parts.page  nothing is listened to while it is hidden: a browser has few connections to a server
 * @param {(ms: number) => Promise<void>} [parts.wait]
 */
export function listenForNews({ connect, page, wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }) {
  /** @type {Record<Subject, (() => void)[]>} */
  const listeners = { partition: [], redraw: [] };
  const tell = (/** @type {Subject} */ subject) => {
    for (const listener of listeners[subject]) listener();
  };
  /**
   * The grids' version in the last greeting; null before the first, "" when the map did not wait for it.
   * @type {string|null}
   */
  let known = null;
  /** @type {Source|null} */
  let source = null;
  /** @type {() => void} */
  let greeted = () => {};
  const begun = Promise.race([
    new Promise((resolve) => {
      greeted = () => resolve(undefined);
    }),
    wait(PATIENCE_MS),
  ]).then(() => {
    known ??= "";
  });

  /** @param {string} version */
  function greet(version) {
    const missed = known !== null && known !== version;
    const again = known !== null;
    known = version;
    greeted();
    if (missed) tell("partition");
    if (again) tell("redraw");
  }

  function open() {
    if (source || page.visibilityState !== "visible") return;
    const mine = (source = connect());
    mine.addEventListener("hello", (event) => greet(JSON.parse(/** @type {MessageEvent} */ (event).data).version));
    mine.addEventListener("partition", () => tell("partition"));
    mine.addEventListener("redraw", () => tell("redraw"));
    mine.addEventListener("error", async () => {
      if (mine.readyState !== CLOSED || source !== mine) return;
      close();
      await wait(AGAIN_MS);
      open();
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  page.addEventListener("visibilitychange", () => (page.visibilityState === "visible" ? open() : close()));
  open();
  return {
    /** When the server listens, or when the map had better go on without. @type {Promise<void>} */
    begun,
    /** @param {Subject} subject @param {() => void} listener */
    on: (subject, listener) => {
      listeners[subject].push(listener);
    },
  };
}
