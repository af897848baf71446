import assert from "node:assert/strict";
import { importDirection } from "./import_direction.ts";
import { repository } from "./repository_for_tests.ts";

const FLOORS = [["packages/low"], ["packages/kernels/*"], ["packages/high"]];

Deno.test("an import of a lower floor is allowed", () => {
  const workspace = repository({
    "packages/low/low.ts": "export const low = 1;",
    "packages/high/high.ts": 'import { low } from "@spmm/low";',
  });
  assert.deepEqual(importDirection(workspace, FLOORS), []);
});

Deno.test("an import of a higher floor is found with its file and line", () => {
  const workspace = repository({
    "packages/low/low.ts": '\nimport { high } from "@spmm/high/part";',
    "packages/high/high.ts": "export const high = 1;",
  });
  const [finding, ...others] = importDirection(workspace, FLOORS);
  assert.deepEqual(others, []);
  assert.equal(finding?.file, "packages/low/low.ts");
  assert.equal(finding?.line, 2);
  assert.match(finding?.wrong ?? "", /@spmm\/low imports @spmm\/high\/part/);
});

Deno.test("a kernel may not import another kernel", () => {
  const workspace = repository({
    "packages/kernels/merge/merge.ts": 'import { split } from "@spmm/row-split";',
    "packages/kernels/row-split/split.ts": "export const split = 1;",
  });
  assert.equal(importDirection(workspace, FLOORS).length, 1);
});

Deno.test("a relative import may not leave its package", () => {
  const workspace = repository({
    "packages/low/low.ts": "export const low = 1;",
    "packages/high/high.ts": 'import { low } from "../low/low.ts";',
  });
  assert.match(importDirection(workspace, FLOORS)[0]?.wrong ?? "", /leaves the package/);
});

Deno.test("a package without a floor is found", () => {
  const workspace = repository({ "packages/attic/attic.ts": "export const attic = 1;" });
  assert.match(importDirection(workspace, FLOORS)[0]?.wrong ?? "", /@spmm\/attic has no floor/);
});
