/**
 * What a refusal of the server means to who draws: the sentence, the place, and whether sending again may help. PURE.
 */

import { refusal } from "../i18n/translate.js";

/** @typedef {import("../api.js").ApiError} ApiError */
/** @typedef {import("./types.js").Trouble} Trouble */

/**
 * @param {import("../types.js").Translate} t
 * @param {ApiError} error
 * @returns {Trouble}
 */
export function troubleOf(t, error) {
  // The server's own sentence says more than a status does.
  const message = isNoDoor(error)
    ? t("redraw.not_available")
    : error.status >= 400 && error.status < 500 && error.status !== 401 && error.detail
      ? error.detail
      : refusal(t, error);
  return {
    code: error.code,
    message,
    problem: error.problem,
    geometry: error.problem.geometry ?? null,
    retry: error.status === 0 || error.status === 412 || error.status >= 500,
  };
}

/**
 * A door that this server does not have says so in a sentence of its own: nothing is known at that address.
 * @param {ApiError} error
 */
const isNoDoor = ({ status, code }) =>
  (status === 404 && code === "not_found") || status === 405 || code === "unknown_verb";
