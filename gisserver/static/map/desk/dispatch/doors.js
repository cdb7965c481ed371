/** What the dispatcher's page asks of the server, and tells it. */

import { requestOf } from "./steps.js";

/** @typedef {Record<string, string>} Filters */

/** @param {import("../../api.js").Api} api */
export function createDoors(api) {
  const key = () => crypto.randomUUID();
  return {
    /** @returns {Promise<{queue: string, called: string, incidents: number}[]>} */
    queues: () => api.get("/api/incidents/queues/"),
    /** @param {string} name @param {Filters} filters */
    queue(name, filters) {
      const said = Object.entries(filters).filter(([, value]) => value !== "");
      return api.get(`/api/incidents/queues/${name}/?${new URLSearchParams([...said, ["limit", "50"]])}`);
    },
    /** @param {string} address */
    more: (address) => api.get(address),
    /** @param {number|null} before */
    pairs: (before) => api.get(`/api/incidents/pairs/${before === null ? "" : `?before=${before}`}`),
    /** @param {number} id */
    async incident(id) {
      const [incident, progress] = await Promise.all([
        api.get(`/api/incidents/${id}/`),
        api.get(`/api/incidents/${id}/steps/`),
      ]);
      return { incident, progress };
    },
    /** @param {number} id */
    near: (id) => api.get(`/api/incidents/${id}/duplicates/`),
    /** @param {string|null} community */
    async officers(community) {
      const query = community ? `&community=${encodeURIComponent(community)}` : "";
      return (await api.get(`/api/officers/?limit=200${query}`)).results;
    },
    /** @param {number} id @param {string} name @param {Record<string, string>} said */
    act(id, name, said) {
      const { path, body } = requestOf(id, name, said);
      return api.post(path, body, { key: key() });
    },
    /** @param {number} id @param {number} other @param {boolean} withdraw */
    distinct: (id, other, withdraw) => api.post(`/api/incidents/${id}/distinct/`, { other, withdraw }, { key: key() }),
  };
}
