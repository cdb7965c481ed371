/** PURE: the colours that the map and the legend share. */

export const INK = "#1d2b3a";
export const ACCENT = "#0b6e99";

/** Whatever is published without the map knowing what it is: apart from every colour below. */
export const OVERLAY = "#a2478f";
export const WATER = "#9ecbe3";

/** Building kinds: light enough to lie under labels, apart in hue and in lightness. */
export const KIND_COLORS = {
  residential: "#e8b976",
  commercial: "#dd8d86",
  industrial: "#9ea8c9",
  public: "#7fb79f",
  mixed: "#c6a2cb",
  other: "#bdbcb4",
};

/** Incident statuses, from loud to quiet as the work gets done. */
export const STATUS_COLORS = {
  new: "#d23f31",
  assigned: "#ee8a2c",
  in_progress: "#2f7fd1",
  resolved: "#3c9b6c",
  closed: "#8a949e",
};

/** Several incidents in one place, of whatever status: no status's colour. */
export const CLUSTER = "#55636f";

/** Soft tints of the base map; a community keeps one tint for all its grids. */
export const GRID_TINTS = ["#dbe9f1", "#e6ead4", "#f1e5d3", "#e5dfee", "#d9ebe3", "#f0dfdf"];
/** The same hues, stronger, because they are laid thinly over the town. */
export const GRID_GLAZES = ["#a9cfe6", "#cdd79a", "#f0cf9d", "#c8bbe2", "#a5d8c2", "#eeb9b9"];
