/** PURE: keys → sentences in the chosen language; a missing key shows itself. */

/** @typedef {import("../types.js").Translate} Translate */

/**
 * @param {() => Record<string, string>} catalog  looked up at every call, so a switch of language needs no new function
 * @returns {Translate}
 */
export function createTranslate(catalog) {
  return (key, values = {}) => {
    const sentence = catalog()[key] ?? key;
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}

/**
 * The label of a coded value; the code itself where the catalogue has none.
 * @param {Translate} t
 * @param {string} family  such as "status"
 * @param {string|null|undefined} code
 */
export function labelOf(t, family, code) {
  if (!code) return "—";
  const key = `${family}.${code}`;
  const label = t(key);
  return label === key ? code : label;
}

/**
 * A refusal as a sentence: by its code, else by its status, else the server's text.
 * @param {Translate} t
 * @param {{code: string, status: number, detail: string}} error
 */
export function refusal(t, { code, status, detail }) {
  for (const key of [`problem.${code}`, `problem.http_${status}`]) {
    const sentence = t(key);
    if (sentence !== key) return sentence;
  }
  return detail || t("problem.unknown", { code });
}
