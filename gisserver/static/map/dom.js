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

/**
 * Replace what an element holds; the focus stays on what has the same `data-key`, so that a keyboard is not thrown
 * back to the page's start.
 * @param {Element} element
 * @param {Child[]} children
 */
export function refill(element, ...children) {
  const active = /** @type {HTMLElement|null} */ (document.activeElement);
  const key = active && element.contains(active) ? active.closest("[data-key]")?.getAttribute("data-key") : null;
  element.replaceChildren(...solid(children));
  if (key)
    /** @type {HTMLElement|null} */ (element.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus({
      preventScroll: true,
    });
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
  edge:
    "M4 16.5C4 11 16 9 16 3.5M4 14.8a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 0 1 0-3.4" +
    "M16 1.8a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 0 1 0-3.4",
  published: "M10 3l7 3.8-7 3.8-7-3.8zM3.4 10.4l6.6 3.6 6.6-3.6M3.4 13.8l6.6 3.6 6.6-3.6",
  redraw: "M3.5 3.5h13v13h-13zM3.5 13c3.5-6 8.5 2.5 13-4.5",
  history: "M10 3a7 7 0 1 1 0 14a7 7 0 0 1 0-14M10 6v4.2l3 1.8",
  undo: "M7 4.5L3.5 8 7 11.5M3.5 8h8.5a4.2 4.2 0 0 1 0 8.5H8",
  redo: "M13 4.5L16.5 8 13 11.5M16.5 8H8a4.2 4.2 0 0 0 0 8.5h4",
  back: "M12 4.5L6.5 10l5.5 5.5",
  plus: "M10 4v12M4 10h12",
  fold: "M5 12.5l5-5 5 5",
  wide: "M8 4H4v4M12 16h4v-4M4 4l5 5M16 16l-5-5",
  download: "M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16.5h12",
  place: "M10 3v3M10 14v3M3 10h3M14 10h3M10 6a4 4 0 1 1 0 8a4 4 0 0 1 0-8",
};

/** @param {keyof typeof ICONS} name */
export const icon = (name) => drawing(ICONS[name]);

/** @param {string} path  a line drawing on a 20 by 20 field */
export function drawing(path) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  setProps(svg, { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" });
  setProps(line, { d: path });
  svg.append(line);
  return svg;
}
