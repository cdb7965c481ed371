/** PURE: what several layers' drawings share: fonts, and the states of a feature. */

/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */

/** Fonts that a Chinese Windows, macOS, Android or Linux has; the browser draws the glyphs, no server is asked. */
export const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
/** MapLibre reads the weight out of the first name. */
export const BOLD = ["Label Bold", ...FONT];

/** @type {Expression} */
export const SELECTED = ["boolean", ["feature-state", "selected"], false];
/** @type {Expression} */
export const HOVERED = ["boolean", ["feature-state", "hover"], false];

/**
 * @param {string} property
 * @param {Record<string, string>} colors
 * @param {string} other
 * @returns {Expression}
 */
export function byValue(property, colors, other) {
  return /** @type {any} */ (["match", ["get", property], ...Object.entries(colors).flat(), other]);
}
