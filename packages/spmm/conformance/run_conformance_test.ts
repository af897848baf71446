import { randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { hostDevice } from "../host_device.ts";
import type { SpmmKernel } from "../kernel.ts";
import { referenceKernel } from "../reference_kernel.ts";
import { requireSupport } from "../require_support.ts";
import { runConformance } from "./run_conformance.ts";
import { conformanceLine } from "./test_conformance.ts";

/** The reference kernel, but for f16. */
const f32Only: SpmmKernel = {
  ...referenceKernel,
  name: "f32-only",
  supports: (problem, device) =>
    problem.storage === "f16"
      ? { ok: false, reason: "it has no f16" }
      : referenceKernel.supports(problem, device),
  plan: (problem, device) =>
    Promise.try(() => {
      requireSupport(f32Only, problem, device);
      return referenceKernel.plan(problem, device);
    }),
};

Deno.test("a kernel may say no, is counted, and its reason printed", async () => {
  const report = await runConformance(f32Only, hostDevice, { refusals: [/no f16/] });
  assert.deepEqual(report.failures, []);
  assert.ok(report.cases > 100 && report.unsupported.length > 100);
  assert.match(conformanceLine(report), /^conformance f32-only .*: \d+ cases, \d+ unsupported \(/);
});

Deno.test("a kernel may not say no for a reason that its test does not state", async () => {
  const report = await runConformance(f32Only, hostDevice, { refusals: [/subgroups/] });
  assert.equal(report.failures.length, report.unsupported.length);
  assert.match(String(report.failures[0].error), /it has no f16/);
});

Deno.test("a kernel that says no and plans all the same fails", async () => {
  const kernel = { ...f32Only, plan: referenceKernel.plan };
  const report = await runConformance(kernel, hostDevice, { stopAtFirstFailure: true });
  assert.match(String(report.failures[0].error), /yet plan made a plan/);
});

Deno.test("a kernel whose supports throws fails case by case", async () => {
  const supports = () => {
    throw new RangeError("Cannot look at the problem: it frightens me: received it");
  };
  const kernel = { ...referenceKernel, supports };
  const report = await runConformance(kernel, hostDevice, { randomShapes: 1 });
  assert.equal(report.cases, 0);
  assert.ok(report.failures.length > 200);
});

Deno.test("real matrices are run with the others", async () => {
  const a = randomCsr({ rows: 50, cols: 60, density: 0.1, seed: 1 });
  const options = { randomShapes: 0 };
  const realMatrices = [{ name: "a pruned layer", hunts: "the unforeseen", a }];
  const without = await runConformance(referenceKernel, hostDevice, options);
  const report = await runConformance(referenceKernel, hostDevice, { ...options, realMatrices });
  assert.equal(report.cases, without.cases + 3);
});
