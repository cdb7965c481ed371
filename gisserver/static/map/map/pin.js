/** The drop that marks a searched or asked-for place, drawn here so that no picture has to be fetched. */

import { ACCENT } from "./palette.js";

/** Drawn at this many pixels to one of the map's, to stay sharp on dense screens. */
export const PIN_RATIO = 3;
/** A drop 28 wide and 36 high with its tip at the middle of the lower edge, and its white eye. */
const DROP = "M14 35C14 35 26 22.5 26 13.5A12 12 0 1 0 2 13.5C2 22.5 14 35 14 35Z";
const EYE = "M14 9a4.5 4.5 0 1 0 .01 0Z";

/** @returns {ImageData} */
export function pinImage() {
  const canvas = document.createElement("canvas");
  canvas.width = 28 * PIN_RATIO;
  canvas.height = 36 * PIN_RATIO;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(PIN_RATIO, PIN_RATIO);
  pen.fillStyle = ACCENT;
  pen.strokeStyle = "#fff";
  pen.lineWidth = 2;
  pen.fill(new Path2D(DROP));
  pen.stroke(new Path2D(DROP));
  pen.fillStyle = "#fff";
  pen.fill(new Path2D(EYE));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
