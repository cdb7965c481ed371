import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, createApi, flat } from "../../gisserver/static/map/api.js";

/** @param {(path: string, request?: RequestInit) => Response|Promise<Response>} answer */
function wired(answer) {
  /** @type {{reached: boolean[], signedOut: number}} */
  const news = { reached: [], signedOut: 0 };
  const api = createApi({
    fetch: async (path, request) => answer(String(path), request),
    csrf: () => "token",
    language: () => "zh-hans",
    onSignedOut: async () => {
      news.signedOut += 1;
    },
    onReach: (reached) => news.reached.push(reached),
  });
  return { api, news };
}

/** @param {number} status @param {object} body */
const problem = (status, body) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } });

test("an answer is its JSON", async () => {
  const { api } = wired(() => Response.json({ grid: "A" }));
  assert.deepEqual(await api.get("/api/grids/at"), { grid: "A" });
});

test("every request asks for the language that is spoken", async () => {
  const asked = /** @type {(string|null)[]} */ ([]);
  const { api } = wired((path, request) => {
    asked.push(new Headers(request?.headers).get("accept-language"));
    return Response.json(1);
  });
  await api.get("/x");
  await api.post("/x", {});
  assert.deepEqual(asked, ["zh-hans", "zh-hans"]);
});

test("a refusal carries the problem's code, status and sentence", async () => {
  const { api } = wired(() => problem(404, { code: "no_such_grid", detail: "No grid X." }));
  await assert.rejects(
    api.get("/api/grids/X/"),
    new ApiError("no_such_grid", "No grid X.", 404, { code: "no_such_grid", detail: "No grid X." }),
  );
});

test("a refusal that is no problem document is named by its status", async () => {
  const { api } = wired(
    () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }),
  );
  await assert.rejects(api.get("/api/grids/"), { code: "http_502", status: 502 });
});

test("a request that met the end of a session is sent again after signing in, with the new token", async () => {
  const answers = [() => problem(401, { code: "not_authenticated" }), () => Response.json(7)];
  const { api, news } = wired(() => /** @type {() => Response} */ (answers.shift())());
  assert.equal(await api.post("/x", {}), 7);
  assert.equal(news.signedOut, 1);
});

test("a session that has ended is reported once", async () => {
  const { api, news } = wired(() => problem(401, { code: "not_authenticated" }));
  await assert.rejects(api.get("/api/grids/"), { code: "not_authenticated" });
  assert.equal(news.signedOut, 1);
});

test("a connection lost for a moment is tried again", async () => {
  const answers = [
    () => {
      throw new TypeError("Failed to fetch");
    },
    () => Response.json(7),
  ];
  const { api, news } = wired(() => /** @type {() => Response} */ (answers.shift())());
  assert.equal(await api.get("/x"), 7);
  assert.deepEqual(news.reached, [true]);
});

test("a connection that stays lost is a problem of its own", async () => {
  const { api, news } = wired(() => {
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(api.get("/x"), { code: "network", status: 0 });
  assert.deepEqual(news.reached, [false]);
});

test("a request that was called off is not tried again", async () => {
  const calling = new AbortController();
  let calls = 0;
  const { api } = wired(() => {
    calls += 1;
    calling.abort();
    throw new DOMException("called off", "AbortError");
  });
  await assert.rejects(api.get("/x", { signal: calling.signal }), { name: "AbortError" });
  assert.equal(calls, 1);
});

test("a write carries the CSRF token, its key and the version it is about", async () => {
  /** @type {any} */
  let sent;
  const { api } = wired((_, request) => {
    sent = request;
    return Response.json({});
  });
  await api.post("/x", { a: 1 }, { key: "k", match: '"3"' });
  assert.deepEqual(
    [sent.method, sent.body, sent.headers["x-csrftoken"], sent.headers["idempotency-key"], sent.headers["if-match"]],
    ["POST", '{"a":1}', "token", "k", '"3"'],
  );
});

test("a write that got no answer is tried again only under a key", async () => {
  let calls = 0;
  const { api } = wired(() => {
    calls += 1;
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(api.post("/x"), { code: "network" });
  assert.equal(calls, 1);
  await assert.rejects(api.post("/x", {}, { key: "k" }), { code: "network" });
  assert.equal(calls, 4);
});

test("a file has the name that the server gives it", async () => {
  const { api } = wired(
    () => new Response("a,b", { headers: { "content-disposition": 'attachment; filename="moves-7.csv"' } }),
  );
  assert.equal((await api.file("/api/redraws/7/moves/?format=csv")).name, "moves-7.csv");
});

test("a Feature becomes one flat record", () => {
  assert.deepEqual(flat({ type: "Feature", id: 3, properties: { code: "A" }, geometry: null }), {
    id: 3,
    code: "A",
    geometry: null,
  });
});
