import assert from "node:assert/strict";
import { cyclesOf, fileCycles, packageCycles } from "./cycles.ts";
import { repository } from "./repository_for_tests.ts";

Deno.test("a graph without cycles has none, even where paths meet again", () => {
  const graph = new Map([
    ["a", new Set(["b", "c"])],
    ["b", new Set(["d"])],
    ["c", new Set(["d"])],
  ]);
  assert.deepEqual(cyclesOf(graph), []);
});

Deno.test("a cycle is given as the closed path through it", () => {
  const graph = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c"])],
    ["c", new Set(["b"])],
  ]);
  assert.deepEqual(cyclesOf(graph), [["b", "c", "b"]]);
});

Deno.test("packages that import each other are found", () => {
  const workspace = repository({
    "packages/one/one.ts": 'import { two } from "@spmm/two";',
    "packages/two/two.ts": 'import { one } from "@spmm/one";',
  });
  assert.match(
    packageCycles(workspace)[0]?.wrong ?? "",
    /packages\/one -> packages\/two -> packages\/one/,
  );
});

Deno.test("files that import each other are found, unless for types alone", () => {
  const cycle = repository({
    "packages/one/a.ts": 'import { b } from "./b.ts";',
    "packages/one/b.ts": 'export { a } from "./a.ts";',
  });
  assert.equal(fileCycles(cycle).length, 1);
  const types = repository({
    "packages/one/a.ts": 'import { b } from "./b.ts";',
    "packages/one/b.ts": 'import type { A } from "./a.ts";',
  });
  assert.deepEqual(fileCycles(types), []);
});
