import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { createTranslate, labelOf, refusal } from "../../gisserver/static/map/i18n/translate.js";

const MAP = fileURLToPath(new URL("../../gisserver/static/map/", import.meta.url));
/** @param {string} lang @returns {Record<string, string>} */
const catalog = (lang) => {
  const [map, desk] = ["", "desk/"].map((of) => JSON.parse(readFileSync(`${MAP}${of}i18n/${lang}.json`, "utf8")));
  return { ...map, ...desk };
};
const t = createTranslate(() => ({
  hello: "Hello {name}",
  "status.new": "New",
  "problem.forbidden": "No.",
  "problem.http_404": "Gone.",
}));

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(catalog("zh")), Object.keys(catalog("en")));
});

test("every key that the code names has a sentence", () => {
  const code = readdirSync(MAP, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(MAP + name, "utf8"))
    .join("\n");
  const named = [...code.matchAll(/\bt\("([a-z_.]+)"/g)].map(([, key]) => key);
  assert.deepEqual(
    named.filter((key) => !(key in catalog("zh"))),
    [],
  );
});

test("values are put into a sentence", () => {
  assert.equal(t("hello", { name: "A" }), "Hello A");
});

test("a code without a label shows itself", () => {
  assert.deepEqual(
    [labelOf(t, "status", "new"), labelOf(t, "status", "odd"), labelOf(t, "status", null)],
    ["New", "odd", "—"],
  );
});

test("a refusal is shown by its code, else by its status, else in the server's words", () => {
  assert.equal(refusal(t, { code: "forbidden", status: 403, detail: "x" }), "No.");
  assert.equal(refusal(t, { code: "no_such_thing", status: 404, detail: "x" }), "Gone.");
  assert.equal(refusal(t, { code: "odd", status: 418, detail: "A teapot." }), "A teapot.");
});
