import assert from "node:assert/strict";
import { importsOf } from "./imports.mjs";

Deno.test("imports of every form are found with their line", () => {
  const source = [
    'import assert from "node:assert/strict";',
    "import {",
    "  csr,",
    '} from "@spmm/formats";',
    'import type { Device } from "./device.ts";',
    'import "./side_effect.ts";',
    'export * from "./again.ts";',
    'const late = await import("./late.ts");',
  ].join("\n");
  assert.deepEqual(importsOf(source), [
    { specifier: "node:assert/strict", line: 1, typeOnly: false },
    { specifier: "@spmm/formats", line: 2, typeOnly: false },
    { specifier: "./device.ts", line: 5, typeOnly: true },
    { specifier: "./side_effect.ts", line: 6, typeOnly: false },
    { specifier: "./again.ts", line: 7, typeOnly: false },
    { specifier: "./late.ts", line: 8, typeOnly: false },
  ]);
});

Deno.test("imports in documentation are no imports", () => {
  const source = [
    "/**",
    ' * import { csr } from "@spmm/formats";',
    ' * const late = await import("./late.ts");',
    " */",
    '// const late = await import("./late.ts");',
    'export const text = "from";',
  ].join("\n");
  assert.deepEqual(importsOf(source), []);
});
