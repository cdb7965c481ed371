/**
 * The server's doors of redraws, by name. What makes something carries an Idempotency-Key, so that a retry never
 * doubles.
 */

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./types.js").Row} Row */
/** @typedef {import("./types.js").Redraw} Redraw */
/** @typedef {import("./types.js").Drawn} Drawn */
/** @typedef {import("./types.js").Preview} Preview */
/** @typedef {import("./types.js").ChangedGrid} ChangedGrid */
/** @typedef {ReturnType<typeof createDoors>} Doors */
/**
 * @typedef {{id: number, version?: string}} Seen  a redraw as it was last seen: nothing is done to another version of
 *   it
 */

/** A page of this many grids is one request for almost every community. */
const PAGE = 500;

/** A key that nobody else uses; `crypto.randomUUID` is missing where the page came without TLS. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Api} api */
export function createDoors(api) {
  /** @param {number} id @param {string} door */
  const at = (id, door = "") => `/api/redraws/${id}/${door}`;

  /** Every row of a list, page by page. @param {string} path @returns {Promise<any[]>} */
  async function all(path) {
    const rows = [];
    for (let next = /** @type {string|null} */ (path); next;) {
      const page = await api.get(next);
      rows.push(...page.results);
      next = here(page.next);
    }
    return rows;
  }

  return {
    download: api.file,
    /** @param {string} status @param {string|null} [next] @returns {Promise<{rows: Row[], more: string|null}>} */
    async list(status, next = null) {
      const page = await api.get(next ?? `/api/redraws/?limit=30${status && `&status=${status}`}`);
      return { rows: page.results, more: here(page.next) };
    },
    /** @returns {Promise<Row[]>} all that have changed the partition, or will */
    published: () => all(`/api/redraws/?status=published&limit=${PAGE}`),
    /** @param {number} id @returns {Promise<Redraw>} */
    read: (id) => api.get(at(id)),
    /**
     * @param {{title: string, reason: string, communities: string[]}} body
     * @param {string} key
     * @returns {Promise<Redraw>}
     */
    create: (body, key) => api.post("/api/redraws/", body, { key }),
    /**
     * @param {Record<string, any>} body
     * @param {string} key
     * @returns {Promise<Redraw & {proposal?: {measure: string, reached: boolean, message: string|null,
     *   moved: number}}>}
     */
    propose: (body, key) => api.post("/api/redraws/propose/", body, { key }),
    /** @param {Seen} seen @param {import("./types.js").Body} body @param {string} key @returns {Promise<Drawn>} */
    command: (seen, body, key) => api.post(at(seen.id, "commands/"), body, { key, match: tagOf(seen) }),
    /** @param {Seen} seen @param {"undo"|"redo"} door @returns {Promise<Drawn>} */
    step: (seen, door) => api.post(at(seen.id, `${door}/`), {}, { match: tagOf(seen) }),
    /** @param {number} id @returns {Promise<Preview>} */
    preview: (id) => api.get(at(id, "preview/")),
    /** @param {Seen} seen @param {string} step @param {object} body @param {string} [key] @returns {Promise<Redraw>} */
    review: (seen, step, body, key) => api.post(at(seen.id, `${step}/`), body, { key, match: tagOf(seen) }),
    /** @param {string[]} communities @returns {Promise<ChangedGrid[]>} every grid there, in full precision */
    async grids(communities) {
      const lists = await Promise.all(
        communities.map((code) => all(`/api/grids/?community=${encodeURIComponent(code)}&limit=${PAGE}`)),
      );
      return lists.flat();
    },
    /** @param {number} id @returns {Promise<import("./types.js").Assets>} */
    assets: (id) => api.get(at(id, "ground/")),
    /** @param {number} id @returns {Promise<import("./types.js").Command[]>} */
    commands: (id) => all(at(id, `commands/?limit=${PAGE}`)),
    /** @returns {Promise<import("./types.js").RedrawState["allCommunities"]>} */
    communities: () => all(`/api/divisions/?level=community&limit=${PAGE}`),
    /**
     * @param {[number, number, number, number]} box
     * @returns {Promise<{id: number, grid: string, geometry: GeoJSON.Point}[]>}
     */
    buildings: (box) => all(`/api/buildings/?bbox=${box.join(",")}&limit=${PAGE}`),
    /** @param {number} id @param {"moves/?format=csv"|"package/"} door  where a file is downloaded */
    file: (id, door) => at(id, door),
  };
}

/** @param {Seen} seen @returns {string|undefined} for If-Match */
const tagOf = ({ version }) => (version === undefined ? undefined : `"${version}"`);

/** The server writes whole addresses; behind a proxy only their path is ours. @param {string|null} next */
function here(next) {
  if (!next) return null;
  const { pathname, search } = new URL(next, "http://here");
  return pathname + search;
}
