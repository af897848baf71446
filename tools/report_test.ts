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
    <testcase name="rows &gt; columns &gt; a step" classname="./a_test.ts" time="0.001">
    </testcase>
    <testcase name="WebGPU multiplies" classname="./a_test.ts" time="0.000">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>`;

Deno.test("tests are read from JUnit without their steps", () => {
  assert.deepEqual(testCases(JUNIT), [
    { name: "rows > columns", file: "a_test.ts", skipped: false },
    { name: "WebGPU multiplies", file: "a_test.ts", skipped: true },
  ]);
});

Deno.test("counts are those of the runner's last line, with steps and without", () => {
  assert.deepEqual(countsOf("ok | 7 passed (1 step) | 0 failed | 2 ignored (8 steps) (119ms)"), {
    passed: 7,
    failed: 0,
    skipped: 2,
  });
  assert.deepEqual(countsOf("x\nFAILED | 0 passed | 1 failed (0ms)\n"), {
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("a runner that died counts as a failure", () => {
  assert.equal(countsOf("double free or corruption").failed, 1);
});

Deno.test("conformance cases are summed over kernels on their devices", () => {
  const output = "conformance merge webgpu: 12 cases\nother\nconformance csb cpu: 30 cases\n";
  assert.equal(conformanceLine(output), "conformance: 42 cases over 2 kernels");
});

Deno.test("skipped tests are named, with the missing adapter as their reason", () => {
  assert.deepEqual(skippedLines(testCases(JUNIT), undefined), [
    "skipped: WebGPU multiplies (no WebGPU adapter) [a_test.ts]",
  ]);
  assert.deepEqual(skippedLines(testCases(JUNIT), "llvmpipe"), [
    "skipped: WebGPU multiplies [a_test.ts]",
  ]);
});

Deno.test("the report says how many tests of GPU code ran and on what", () => {
  assert.deepEqual(webgpuLines(testCases(JUNIT), undefined), [
    "WebGPU adapter: none",
    "WebGPU tests: 0 of 1 ran",
  ]);
});

Deno.test("the last line names skipped tests only where there are some", () => {
  assert.equal(countsLine({ passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
  assert.equal(countsLine({ passed: 3, failed: 1, skipped: 2 }), "3 passed, 1 failed, 2 skipped");
});
