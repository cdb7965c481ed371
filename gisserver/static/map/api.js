/** Talks to the server's doors; every refusal becomes an ApiError with a stable code. */

/** @typedef {{fetch: typeof fetch, onSignedOut: () => void, onReach: (reached: boolean) => void}} Wires */
/** @typedef {{get: (path: string, options?: {signal?: AbortSignal}) => Promise<any>}} Api */

/** Waits between the tries of a request that a lost connection stopped. */
const PAUSES_MS = [400, 1200];

export class ApiError extends Error {
  /**
   * @param {string} code  the problem's `code`, or "network", or "http_<status>"
   * @param {string} detail  the server's own sentence, may be empty
   * @param {number} [status]
   */
  constructor(code, detail, status = 0) {
    super(detail || code);
    this.code = code;
    this.detail = detail;
    /** HTTP status, 0 when no answer came */
    this.status = status;
  }
}

/**
 * Read a refused response: problem+json where the server sent it, the status otherwise.
 * @param {Response} response
 */
export async function problemOf(response) {
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json")) return new ApiError(`http_${response.status}`, "", response.status);
  const problem = await response.json().catch(() => ({}));
  return new ApiError(problem.code ?? `http_${response.status}`, problem.detail ?? problem.title ?? "", response.status);
}

/**
 * @param {Wires} wires
 * @returns {Api}
 */
export function createApi({ fetch, onSignedOut, onReach }) {
  /** @param {string} path @param {AbortSignal} [signal] */
  async function attempt(path, signal) {
    try {
      const response = await fetch(path, { signal, credentials: "same-origin", headers: { accept: "application/json" } });
      onReach(true);
      return response;
    } catch (error) {
      if (signal?.aborted) throw error;
      return null;
    }
  }

  return {
    async get(path, { signal } = {}) {
      let response = await attempt(path, signal);
      for (const pause of PAUSES_MS) {
        if (response) break;
        await new Promise((resolve) => setTimeout(resolve, pause));
        response = await attempt(path, signal);
      }
      if (!response) {
        onReach(false);
        throw new ApiError("network", "");
      }
      if (response.status === 401) onSignedOut();
      if (!response.ok) throw await problemOf(response);
      return response.json();
    },
  };
}

/**
 * A GeoJSON Feature as one flat record, any other body as it is.
 * @param {any} body
 * @returns {Record<string, any>}
 */
export function flat(body) {
  if (body?.type !== "Feature") return body;
  return { id: body.id, ...body.properties, geometry: body.geometry };
}
