import assert from "node:assert/strict";
import { repository } from "./repository_for_tests.ts";
import { unusedExports } from "./unused_exports.ts";

Deno.test("an export that another file mentions is used", () => {
  const workspace = repository({
    "packages/one/mod.ts": 'export { one } from "./one.ts";',
    "packages/one/one.ts": "export function one(): number {\n  return 1;\n}\n",
  });
  assert.deepEqual(unusedExports(workspace), []);
});

Deno.test("an export that only its own file mentions is found", () => {
  const workspace = repository({
    "packages/one/mod.ts": 'export { one } from "./one.ts";',
    "packages/one/one.ts": "export const one = 1;\n\nexport const once = one;\n",
  });
  const [finding, ...others] = unusedExports(workspace);
  assert.deepEqual(others, []);
  assert.equal(finding?.line, 3);
  assert.match(finding.wrong, /\bonce\b/);
});

Deno.test("types and what tests export for themselves are let be", () => {
  const workspace = repository({
    "packages/one/one.ts": "export interface One {\n  readonly one: 1;\n}\n",
    "packages/one/one_test.ts": "export const one = 1;\n",
  });
  assert.deepEqual(unusedExports(workspace), []);
});
