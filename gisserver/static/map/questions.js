/** What the map asks the server besides a record itself, to tell more of it. */

import { ApiError, flat } from "./api.js";

/** @typedef {ReturnType<typeof createQuestions>} Questions */

/** @param {import("./api.js").Api} api */
export function createQuestions(api) {
  return {
    /** @param {string} layer @returns {Promise<Record<string, string>>} the titles of its fields, by name */
    async fieldTitles(layer) {
      const { properties } = await api.get(`/ogc/collections/${encodeURIComponent(layer)}/schema`);
      return Object.fromEntries(Object.entries(properties).map(([name, { title }]) => [name, title ?? name]));
    },
    /** Where the grids come from, in the words of one of them; "" where the user sees none, or nobody answers. */
    async sourceOfGrids() {
      try {
        const { features } = await api.get("/ogc/collections/grids/items?limit=1&properties=source&skipGeometry=true");
        return features[0]?.properties.source ?? "";
      } catch (error) {
        if (error instanceof ApiError) return "";
        throw error;
      }
    },
    /** @param {string} at @returns {Promise<string|null>} the notice about the grids of a moment */
    noticeOf: async (at) => (await api.get(`/api/grids/?limit=1&at=${encodeURIComponent(at)}`)).notice ?? null,
    /** @param {number} id @returns {Promise<Record<string, any>>} what a unit borrows from its building */
    async buildingOf(id) {
      const { name, geometry } = await api.get(`/api/buildings/${id}/`);
      return { building_name: name, geometry };
    },
    /** @param {string} code @returns {Promise<any[]|undefined>} the boundaries that a grid has had, oldest first */
    async versionsOf(code) {
      try {
        return await api.get(`/api/grids/${encodeURIComponent(code)}/history/`);
      } catch (error) {
        if (error instanceof ApiError) return undefined;
        throw error;
      }
    },
    /**
     * @param {string} code
     * @param {string|null} at
     * @returns {Promise<Record<string, any>>} what people call a grid, and who looks after it; nothing where nobody
     *   says
     */
    async calledOf(code, at) {
      const answer = await api
        .get(`/api/grids/${encodeURIComponent(code)}/${at ? `?at=${encodeURIComponent(at)}` : ""}`)
        .catch(() => ({}));
      const { name, officer } = flat(answer);
      return { grid_name: name, officer };
    },
  };
}
