import assert from "node:assert/strict";
import {
  conformanceLine,
  countsLine,
  countsOf,
  skippedLines,
  testCases,
  webgpuLines,
} from "./report.ts";

const JUNIT = `<testsuites>
  <testsuite name="./a_test.ts">
    <testcase name="rows &gt; columns" classname="./a_test.ts" time="0.001">
    </testcase>
    <testcase name="rows &gt; columns &gt; empty &gt; 0x0" classname="./a_test.ts" time="0.001">
      <skipped/>
    </testcase>
    <testcase name="real data: skipped, there is none" classname="./a_test.ts" time="0.000">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>`;

Deno.test("tests and their steps are read from JUnit", () => {
  assert.deepEqual(testCases(JUNIT), [
    {
      name: "rows > columns",
      file: "a_test.ts",
      skipped: false,
      steps: [{ name: "empty > 0x0", skipped: true }],
    },
    { name: "real data: skipped, there is none", file: "a_test.ts", skipped: true, steps: [] },
  ]);
});

Deno.test("counts are those of the runner's last line, with steps and without", () => {
  const output = "x\nFAILED | 7 passed (1 step) | 2 failed (3 steps) | 2 ignored (119ms)\n";
  assert.deepEqual(countsOf(output, false), { passed: 7, failed: 2 });
  assert.deepEqual(countsOf("ok | 3 passed | 0 failed (0ms)", true), { passed: 3, failed: 0 });
});

Deno.test("a runner that died counts as a failure", () => {
  assert.deepEqual(countsOf("double free or corruption", false), { passed: 0, failed: 1 });
  assert.equal(countsOf("ok | 3 passed | 0 failed (0ms)", false).failed, 1);
});

Deno.test("conformance cases are summed over kernels on their devices", () => {
  const output = "conformance merge llvmpipe (LLVM 15.0.6, 256 bits): 12 cases, 1 unsupported\n" +
    "a test ...\nconformance csb CPU: 30 cases\n";
  assert.equal(conformanceLine(output), "conformance: 42 cases over 2 kernels");
});

Deno.test("skipped tests and steps are named with their file", () => {
  assert.deepEqual(skippedLines(testCases(JUNIT)), [
    "skipped: rows > columns: empty > 0x0 [a_test.ts]",
    "skipped: real data: skipped, there is none [a_test.ts]",
  ]);
});

Deno.test("without an adapter no test of GPU code has run", () => {
  assert.deepEqual(webgpuLines(testCases(JUNIT), "llvmpipe"), [
    "WebGPU adapter: llvmpipe",
    "WebGPU tests: 1 of 2 ran",
  ]);
  assert.deepEqual(webgpuLines(testCases(JUNIT), undefined), [
    "WebGPU adapter: none",
    "WebGPU tests: 0 of 2 ran",
  ]);
});

Deno.test("the last line names skipped tests only where there are some", () => {
  assert.equal(countsLine({ passed: 3, failed: 0 }, 0), "3 passed, 0 failed");
  assert.equal(countsLine({ passed: 3, failed: 1 }, 2), "3 passed, 1 failed, 2 skipped");
});
