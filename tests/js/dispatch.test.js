import assert from "node:assert/strict";
import { test } from "node:test";

import { actsOf, requestOf } from "../../gisserver/static/map/desk/dispatch/steps.js";
import { leftOf, timelineOf } from "../../gisserver/static/map/desk/dispatch/timeline.js";

const ALL = ["dispatch_incidents", "handle_incidents"];

test("the acts are the steps from where it stands, and the grid by hand while it is open", () => {
  const progress = { possible: ["accept", "merge"], status: "new" };
  const names = (/** @type {string} */ rule, /** @type {string[]} */ may) =>
    actsOf(progress, { rule }, may).map(({ name }) => name);
  assert.deepEqual(names("inside", ALL), ["accept", "merge", "grid"]);
  assert.deepEqual(names("manual", ALL), ["accept", "merge", "grid", "withdraw"]);
  assert.deepEqual(names("inside", ["handle_incidents"]), []);
});

test("what is closed keeps its grid", () => {
  const acts = actsOf({ possible: ["reopen"], status: "closed" }, { rule: "manual" }, ALL);
  assert.deepEqual(
    acts.map(({ name }) => name),
    ["reopen"],
  );
});

test("a step says only what was filled in, numbers as numbers", () => {
  const said = { officer: "7", unit: "", level: "", reason: "急" };
  assert.deepEqual(requestOf(5, "dispatch", said), {
    path: "/api/incidents/5/steps/",
    body: { step: "dispatch", officer: 7, reason: "急" },
  });
  assert.deepEqual(requestOf(5, "withdraw", { reason: "错" }), {
    path: "/api/incidents/5/grid/withdraw/",
    body: { reason: "错" },
  });
});

test("the timeline tells the last first", () => {
  const incident = { received_at: "2026-03-01T00:00:00Z", assignments: [{ valid: { from: "2026-03-02T00:00:00Z" } }] };
  const progress = { steps: [{ taken_at: "2026-03-01T12:00:00Z" }] };
  assert.deepEqual(
    timelineOf(incident, progress).map(({ kind }) => kind),
    ["receipt", "step", "received"],
  );
});

test("what is left of a deadline", () => {
  const now = Date.parse("2026-03-01T10:00:00Z");
  assert.deepEqual(leftOf("2026-03-01T08:30:00Z", now), { late: true, hours: 1.5 });
  assert.deepEqual(leftOf("2026-03-01T12:00:00Z", now), { late: false, hours: 2 });
  assert.equal(leftOf(null, now), null);
});
