/** Undo and redo: what was pressed faster than the server answers waits, and is done in order. */

/** @typedef {"undo"|"redo"} Way */

/**
 * @param {(way: Way) => Promise<boolean|null>} take  does one step when it can; null when it was refused
 * @returns {(way: Way) => Promise<void>} when nothing is left to do
 */
export function createSteps(take) {
  /** What was pressed and has not been done yet, in order. @type {Way[]} */
  const waiting = [];
  /** @type {Promise<void>|null} */
  let stepping = null;

  /** Do what was pressed, one after the other; a refusal ends the rest. */
  async function stepOn() {
    for (let way = waiting.shift(); way; way = waiting.shift()) {
      if (!(await take(way))) waiting.length = 0;
    }
  }

  return (way) => {
    waiting.push(way);
    stepping ??= stepOn().finally(() => {
      stepping = null;
    });
    return stepping;
  };
}
