/** Files that stay short enough to be read: at most 300 lines of at most 120 columns, in the map and in its tests. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const LINES = 300;
const COLUMNS = 120;

const files = ["../../gisserver/static/map/", "./"].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => new URL(folder + name, import.meta.url)),
);
const linesOf = (/** @type {URL} */ file) => readFileSync(file, "utf8").trimEnd().split("\n");

test("no line is longer than 120 columns, comments too, which prettier leaves as they are", () => {
  const long = files.flatMap((file) =>
    linesOf(file)
      .map((line, index) => ({ place: `${fileURLToPath(file)}:${index + 1}`, width: line.length }))
      .filter(({ width }) => width > COLUMNS),
  );
  assert.deepEqual(long, []);
});

test("no file is longer than 300 lines", () => {
  const long = files
    .map((file) => ({ file: fileURLToPath(file), lines: linesOf(file).length }))
    .filter(({ lines }) => lines > LINES);
  assert.deepEqual(long, []);
});
