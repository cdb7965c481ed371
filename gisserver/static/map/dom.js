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
  if (key) /** @type {HTMLElement|null} */ (element.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus({ preventScroll: true });
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
  edge: "M4 16.5C4 11 16 9 16 3.5M4 14.8a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 0 1 0-3.4M16 1.8a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 0 1 0-3.4",
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
  split: "M3.5 4.5h13v11h-13zM12.5 2l-5 16",
  reshape: "M3.5 4h13v12h-13zM10 4c-4 4 4 8 0 12",
  merge: "M3 4.5h5v11H3zM12 4.5h5v11h-5zM8 10h4",
  transfer: "M4 7h11M12 4l3 3-3 3M16 13.5H5M8 10.5l-3 3 3 3",
  move_node: "M10 8a2 2 0 1 1 0 4a2 2 0 0 1 0-4M10 2v3.5M10 14.5V18M2 10h3.5M14.5 10H18M8.5 3.5L10 2l1.5 1.5M8.5 16.5L10 18l1.5-1.5M3.5 8.5L2 10l1.5 1.5M16.5 8.5L18 10l-1.5 1.5",
  insert_node: "M2.5 16.5l4.7-3.7M12.8 8.2l4.7-3.7M10 7.2a3.3 3.3 0 1 1 0 6.6a3.3 3.3 0 0 1 0-6.6M10 9v3M8.5 10.5h3",
  remove_node: "M2.5 16.5l4.7-3.7M12.8 8.2l4.7-3.7M10 7.2a3.3 3.3 0 1 1 0 6.6a3.3 3.3 0 0 1 0-6.6M8.5 10.5h3",
  rename: "M4 16l.9-3.8 8.6-8.6 2.9 2.9-8.6 8.6zM11.5 5.6l2.9 2.9",
  set_kind: "M3.5 3.5h6l7 7-6 6-7-7zM7 6.8v.3",
  split_balanced: "M3.5 4h13v12h-13zM10 4v12M6.8 8v4M13.3 8v4",
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
