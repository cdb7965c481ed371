/** Split: a line across a grid cuts it in two. */

import { cutBy } from "../counting.js";
import { mostlyIn } from "../geometry.js";
import { verb } from "./verb.js";

export const split = verb({
  name: "split",
  shortcut: "s",
  icon: "M3.5 4.5h13v11h-13zM12.5 2l-5 16",
  shape: () => "line",
  ofDrawing(drawing, { draft }) {
    const grid = mostlyIn(draft?.now ?? {}, /** @type {import("../types.js").LonLat[]} */ (drawing.coordinates));
    return grid === null ? null : { verb: "split", grid, line: drawing };
  },
  shifts({ draft, hand }, inside) {
    const cut = cutBy(draft.now, hand);
    if (!cut) return [];
    const [whole, less] = [inside(cut.grid.geometry), inside(cut.part)];
    return [
      { code: cut.grid.code, before: whole, after: whole - less },
      { code: "", before: 0, after: less },
    ];
  },
});
