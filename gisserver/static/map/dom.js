/** Builds elements from values; text is always text, never markup. */

/** @typedef {Node|string|null|undefined|false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props]  on* = listener, others = attributes; null, undefined and false are left out
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  setProps(element, props);
  element.append(...solid(children));
  return element;
}

/** @param {Element} element @param {Record<string, any>} props */
function setProps(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {Child[]} children @returns {(Node|string)[]} */
function solid(children) {
  return /** @type {(Node|string)[]} */ (children.filter((c) => c !== null && c !== undefined && c !== false));
}

const SVG = "http://www.w3.org/2000/svg";

/** Line drawings on a 20 by 20 field, in the colour of the text. */
const ICONS = {
  search: "M9 3.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M13.2 13.2L17 17",
  close: "M5 5l10 10M15 5L5 15",
  layers: "M10 3l7 3.8-7 3.8-7-3.8zM3.4 10.4l6.6 3.6 6.6-3.6M3.4 13.8l6.6 3.6 6.6-3.6",
  copy: "M7 7h9v9H7zM4 13V4h9",
  pin: "M10 17.5s5.5-5 5.5-9a5.5 5.5 0 1 0-11 0c0 4 5.5 9 5.5 9zM10 6.7a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 0 1 0-3.6",
  done: "M4 10.5l4 4 8-9",
  grids: "M3.5 3.5h13v13h-13zM3.5 9h7.5M11 3.5v13M11 12h5.5",
  buildings: "M4 17V4h7v13M11 8h5v9M2.5 17h15M6.5 7h2M6.5 10h2M6.5 13h2",
  units: "M4 3.5h12v13H4zM8 16.5v-7h4v7M7 6.5h6",
  incidents: "M10 3l7.5 13.5h-15zM10 8.2v3.8M10 14.2v.2",
  divisions: "M4 4.5l5-1.5 7 2.5-1 6 1.5 4-6.5 1.5-6-2z",
  published: "M10 3l7 3.8-7 3.8-7-3.8zM3.4 10.4l6.6 3.6 6.6-3.6M3.4 13.8l6.6 3.6 6.6-3.6",
  place: "M10 3v3M10 14v3M3 10h3M14 10h3M10 6a4 4 0 1 1 0 8a4 4 0 0 1 0-8",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  setProps(svg, { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" });
  setProps(path, { d: ICONS[name] });
  svg.append(path);
  return svg;
}
