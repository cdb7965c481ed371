/** Talks to the server's doors; every refusal becomes an ApiError with a stable code. */

/**
 * @typedef {object} Wires
 * @property {typeof fetch} fetch
 * @property {() => Promise<void>} onSignedOut  resolves when there is a session again
 * @property {(reached: boolean) => void} onReach
 * @property {() => string} language  the one that answers are to be in
 * @property {() => string} [csrf]  the token that a write has to carry
 */
/**
 * @typedef {object} Api
 * @property {(path: string, options?: {signal?: AbortSignal}) => Promise<any>} get
 * @property {(path: string, body?: object, headers?: {key?: string, match?: string}) => Promise<any>} post
 *   `key`: an Idempotency-Key, with which alone a write that got no answer is tried again;
 *   `match`: the version it is about
 * @property {(path: string, body?: object, headers?: {key?: string}) => Promise<any>} patch
 * @property {(path: string) => Promise<void>} remove
 * @property {(path: string, form: FormData, headers?: {key?: string}) => Promise<any>} upload
 * @property {(path: string) => Promise<{blob: Blob, name: string}>} file  what is to be kept, under the name that the
 *   server gives it
 */

/** Waits between the tries of a request that a lost connection stopped. */
const PAUSES_MS = [400, 1200];

export class ApiError extends Error {
  /**
   * @param {string} code  the problem's `code`, or "network", or "http_<status>"
   * @param {string} detail  the server's own sentence, may be empty
   * @param {number} [status]
   * @param {Record<string, any>} [problem]  the server's answer: of a refusal also its `geometry`
   */
  constructor(code, detail, status = 0, problem = {}) {
    super(detail || code);
    this.code = code;
    this.detail = detail;
    /** HTTP status, 0 when no answer came */
    this.status = status;
    this.problem = problem;
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
  return new ApiError(
    problem.code ?? `http_${response.status}`,
    problem.detail ?? problem.title ?? "",
    response.status,
    problem,
  );
}

/**
 * @param {Wires} wires
 * @returns {Api}
 */
export function createApi({ fetch, onSignedOut, onReach, language, csrf = () => "" }) {
  /** @param {string} path @param {RequestInit} request */
  async function attempt(path, request) {
    try {
      // Signing in changes the token: it is read when the request is sent.
      const headers = {
        ...request.headers,
        "accept-language": language(),
        ...(request.method && { "x-csrftoken": csrf() }),
      };
      const response = await fetch(path, { ...request, headers, credentials: "same-origin" });
      onReach(true);
      return response;
    } catch (error) {
      if (request.signal?.aborted) throw error;
      return null;
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @param {number[]} pauses  before each further try
   * @param {boolean} [again]  after signing in
   */
  async function ask(path, request, pauses, again = false) {
    let response = await attempt(path, request);
    for (const pause of pauses) {
      if (response) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
      response = await attempt(path, request);
    }
    if (!response) {
      onReach(false);
      throw new ApiError("network", "");
    }
    if (response.status === 401 && !again) {
      await onSignedOut();
      return ask(path, request, pauses, true);
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  /** @param {string} method @returns {Api["post"]} */
  const write =
    (method) =>
    async (path, body = {}, { key, match } = {}) => {
      const headers = {
        accept: "application/json",
        "content-type": "application/json",
        ...(key && { "idempotency-key": key }),
        ...(match && { "if-match": match }),
      };
      return (await ask(path, { method, body: JSON.stringify(body), headers }, key ? PAUSES_MS : [])).json();
    };

  return {
    get: async (path, { signal } = {}) =>
      (await ask(path, { signal, headers: { accept: "application/json" } }, PAUSES_MS)).json(),
    async file(path) {
      const response = await ask(path, {}, PAUSES_MS);
      const name = /filename="?([^";]+)"?/.exec(response.headers.get("content-disposition") ?? "")?.[1];
      return { blob: await response.blob(), name: name ?? path.split("/").filter(Boolean)[2] };
    },
    post: write("POST"),
    patch: write("PATCH"),
    async remove(path) {
      await ask(path, { method: "DELETE" }, []);
    },
    async upload(path, form, { key } = {}) {
      const headers = { accept: "application/json", ...(key && { "idempotency-key": key }) };
      return (await ask(path, { method: "POST", body: form, headers }, key ? PAUSES_MS : [])).json();
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
