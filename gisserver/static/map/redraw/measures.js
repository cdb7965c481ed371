/** PURE: what is counted in grids. */

/** What the server can make equal. */
export const MEASURES = ["households", "residents", "units", "buildings", "incidents"];

/** What is counted while somebody draws, by the names of the preview. */
export const COUNTED = ["households", "residents", "units", "buildings", "incidents_open"];
