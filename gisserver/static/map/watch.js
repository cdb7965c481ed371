/** While the server does not answer, asks again and again whether it is back. */

/** @typedef {import("./store.js").Store<{online: boolean}>} Store */

/** Often enough that nobody reaches for the reload button. */
const PAUSE_MS = 3000;

/**
 * @param {Store} store  its `online` starts and ends the asking
 * @param {() => Promise<boolean>} isBack  whether the server is ready; a lost connection may reject
 * @param {(pause: number) => Promise<void>} [wait]
 */
export function watchReturn(store, isBack, wait = (pause) => new Promise((resolve) => setTimeout(resolve, pause))) {
  let asking = false;
  store.on(["online"], async ({ online }) => {
    if (online || asking) return;
    asking = true;
    while (!store.get().online) {
      await wait(PAUSE_MS);
      if (await isBack().catch(() => false)) store.set({ online: true });
    }
    asking = false;
  });
}
