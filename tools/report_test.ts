import assert from "node:assert/strict";
import {
  conformanceLine,
  countsLine,
  countsOf,
  failedLines,
  skippedLines,
  testCases,
  webgpuLines,
} from "./report.ts";

const OUTPUT = `
./a_test.ts => rows => columns ... empty ... 0x0 ... ignored (0ms)
./a_test.ts => rows => columns ... empty ... ok (1ms)
./b_test.ts => a GPU is quick ... skipped: there is no device here ... ignored (0ms)
conformance merge llvmpipe (LLVM 15.0.6, 256 bits): 12 cases, 1 unsupported
conformance csb CPU: 30 cases
./a_test.ts => rows => columns ... FAILED (due to 1 failed step) (2ms)
./b_test.ts => a GPU is quick ... ok (1ms)
./b_test.ts => real data: skipped, there is none ... ignored (0ms)
./b_test.ts => one is one ... ok (1ms)

FAILED | 2 passed (1 step) | 2 failed (3 steps) | 2 ignored (119ms)
`;

Deno.test("tests are read with their steps, whose lines come first and from several files", () => {
  assert.deepEqual(testCases(OUTPUT), [
    {
      file: "a_test.ts",
      name: "rows => columns",
      outcome: "FAILED",
      skippedSteps: ["empty: 0x0"],
      steps: 2,
    },
    {
      file: "b_test.ts",
      name: "a GPU is quick",
      outcome: "ok",
      skippedSteps: ["skipped: there is no device here"],
      steps: 1,
    },
    {
      file: "b_test.ts",
      name: "real data: skipped, there is none",
      outcome: "ignored",
      skippedSteps: [],
      steps: 0,
    },
    { file: "b_test.ts", name: "one is one", outcome: "ok", skippedSteps: [], steps: 0 },
  ]);
});

Deno.test("a test with all its steps skipped has not passed, and lost files have failed", () => {
  assert.deepEqual(countsOf(testCases(OUTPUT), OUTPUT, false), { passed: 1, failed: 2 });
});

Deno.test("what failed is named at the end, checks with the end of their complaints", () => {
  const long = Array.from({ length: 99 }, (_, i) => `line ${i}`).join("\n");
  const lines = failedLines([
    { name: "format", complaints: [] },
    { name: "recipes", complaints: [long] },
  ], testCases(OUTPUT));
  assert.equal(lines[0], "failed: check: recipes");
  assert.equal(lines.at(-2), "line 98");
  assert.equal(lines.at(-1), "failed: rows => columns [a_test.ts]");
  assert.ok(lines.length < 50);
});

Deno.test("a runner that died counts as a failure", () => {
  assert.deepEqual(countsOf([], "double free or corruption", false), { passed: 0, failed: 1 });
  assert.equal(countsOf([], "ok | 3 passed | 0 failed (0ms)", false).failed, 1);
});

Deno.test("conformance cases are summed over kernels on their devices", () => {
  assert.equal(conformanceLine(OUTPUT), "conformance: 42 cases over 2 kernels");
});

Deno.test("skipped tests and steps are named with their file", () => {
  assert.deepEqual(skippedLines(testCases(OUTPUT)), [
    "skipped: rows => columns: empty: 0x0 [a_test.ts]",
    "skipped: a GPU is quick: skipped: there is no device here [b_test.ts]",
    "skipped: real data: skipped, there is none [b_test.ts]",
  ]);
});

Deno.test("without an adapter no test of GPU code has run", () => {
  assert.deepEqual(webgpuLines(testCases(OUTPUT), "llvmpipe"), [
    "WebGPU adapter: llvmpipe",
    "WebGPU tests: 2 of 4 ran",
  ]);
  assert.deepEqual(webgpuLines(testCases(OUTPUT), undefined), [
    "WebGPU adapter: none",
    "WebGPU tests: 0 of 4 ran",
  ]);
});

Deno.test("the last line names skipped tests only where there are some", () => {
  assert.equal(countsLine({ passed: 3, failed: 0 }, 0), "3 passed, 0 failed");
  assert.equal(countsLine({ passed: 3, failed: 1 }, 2), "3 passed, 1 failed, 2 skipped");
});
