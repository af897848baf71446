import { kernels } from "@spmm/registry";
import { randomCsr, randomDense } from "@spmm/formats";
import { type Device, hostDevice, presentPlan, referenceKernel, type SpmmKernel } from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { measure } from "./measure.ts";
import { rowOf } from "./measured_row.ts";
import { QUICK_SAMPLING } from "./sampling.ts";

const PROBLEM = { a: randomCsr({ rows: 40, cols: 30, density: 0.2, seed: 1 }), n: 8 };
const B = randomDense(30, 8, 2);

/** The reference kernel under another name, with other manners. */
function disguised(name: string, manners: Partial<SpmmKernel>): SpmmKernel {
  return { ...referenceKernel, name, ...manners };
}

/** Right at first; wrong from the third multiplication on, as a kernel with stale state is. */
const stale = disguised("stale", {
  async plan(problem, device) {
    const plan = await referenceKernel.plan(problem, device);
    let calls = 0;
    return new Proxy(plan, {
      get(target, key) {
        if (key !== "multiply") {
          const value: unknown = Reflect.get(target, key);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return async (...operands: Parameters<typeof plan.multiply>) => {
          const c = await target.multiply(...operands);
          if (++calls > 2 && c.location === "host") c.data[5] += 1;
          return c;
        };
      },
    });
  },
});

async function outcomesOn(
  device: Device,
  contestants: readonly SpmmKernel[],
  sampling = QUICK_SAMPLING,
) {
  return await measure({ problem: PROBLEM, b: B, device, kernels: contestants, sampling });
}

Deno.test("a kernel that says no is skipped with its reason, one that throws has failed, others go on", async () => {
  const refusing = disguised("refusing", { supports: () => ({ ok: false, reason: "too small" }) });
  const throwing = disguised("throwing", { plan: () => Promise.reject(new TypeError("oh no")) });
  const outcomes = await outcomesOn(hostDevice, [refusing, throwing, referenceKernel]);
  assert.deepEqual(outcomes.map(({ kernel, kind }) => [kernel, kind]), [
    ["refusing", "skipped"],
    ["throwing", "failed"],
    ["reference", "measured"],
  ]);
  assert.ok(outcomes[0].kind === "skipped" && outcomes[0].reason === "too small");
  assert.ok(outcomes[1].kind === "failed" && outcomes[1].error.includes("oh no"));
});

Deno.test("a kernel whose timed result is wrong has failed and has no time, though its first was right", async () => {
  const [outcome] = await outcomesOn(hostDevice, [stale]);
  assert.ok(outcome.kind === "failed", outcome.kind);
  assert.match(outcome.error, /MismatchError/);
});

/** A kernel whose plans say they took so long, one after the other, and which are alive. */
function takingTurns(seconds: readonly number[]) {
  const alive = new Set<number>();
  const multiplied = new Set<number>();
  let plans = 0;
  const kernel = disguised("taking turns", {
    async plan(problem, device) {
      const i = plans++;
      const inner = await referenceKernel.plan(problem, device);
      alive.add(i);
      return presentPlan(inner, {
        inspectSeconds: seconds[i],
        multiply(...operands) {
          multiplied.add(i);
          return inner.multiply(...operands);
        },
        async [Symbol.asyncDispose]() {
          alive.delete(i);
          await inner[Symbol.asyncDispose]();
        },
      });
    },
  });
  return { kernel, alive, multiplied };
}

async function plannedAgain(kernel: SpmmKernel, most: number, seconds: number) {
  const sampling = { ...QUICK_SAMPLING, plans: { most, seconds } };
  const [outcome] = await outcomesOn(hostDevice, [kernel], sampling);
  const row = rowOf(outcome, {}, ({ inspectSeconds }) => ({ inspectSeconds }));
  return { outcome, row, samples: row.samples?.["inspect"] };
}

Deno.test("what planning costs is the median of several plans, and all are kept as samples", async () => {
  const { kernel, alive, multiplied } = takingTurns([0.9, 0.01, 0.02, 0.4, 0.03, 7]);
  const { row, samples } = await plannedAgain(kernel, 5, 1);
  assert.deepEqual(samples, [0.9, 0.01, 0.02, 0.4, 0.03]);
  assert.equal(row.values.inspectSeconds, 0.03);
  assert.deepEqual([[...multiplied], [...alive]], [[0], []]);
});

Deno.test("plans are repeated until they took long enough, without the first, which may compile", async () => {
  const { kernel } = takingTurns([3, 0.1, 0.2, 0.3]);
  const { row, samples } = await plannedAgain(kernel, 9, 0.25);
  assert.deepEqual(samples, [3, 0.1, 0.2]);
  assert.equal(row.values.inspectSeconds, 0.2);
});

Deno.test("a quick look plans once", async () => {
  const { kernel } = takingTurns([0.5]);
  const [outcome] = await outcomesOn(hostDevice, [kernel]);
  assert.ok(outcome.kind === "measured" && outcome.measurement.inspectSeconds === 0.5);
});

Deno.test("one plan beside the first is alive at a time, and none where a later one fails", async () => {
  const { kernel, alive } = takingTurns([0.1, 0.1, 0.1]);
  const most: number[] = [];
  const failing = disguised("failing late", {
    plan(problem, device) {
      most.push(alive.size);
      return most.length > 3
        ? Promise.reject(new TypeError("no more"))
        : kernel.plan(problem, device);
    },
  });
  const { outcome } = await plannedAgain(failing, 9, 9);
  assert.ok(outcome.kind === "failed" && outcome.error.includes("no more"));
  assert.deepEqual([most, [...alive]], [[0, 1, 1, 1], []]);
});

async function assertMeasured(device: Device, contestants: readonly SpmmKernel[]): Promise<void> {
  for (const outcome of await outcomesOn(device, contestants)) {
    assert.ok(outcome.kind === "measured", JSON.stringify(outcome));
    const { check, time, encodingBytes, inspectSeconds, costs, flops } = outcome.measurement;
    assert.equal(check.comparedRows, 40);
    assert.equal(time.count, 5);
    assert.ok(time.median > 0 && time.spread !== undefined && time.least <= time.median);
    assert.ok(encodingBytes > 0 && inspectSeconds > 0 && costs.readbackSeconds >= 0);
    assert.equal(flops, 2 * PROBLEM.a.values.length * 8);
  }
}

Deno.test("every kernel on the CPU is measured with its costs apart", async () => {
  await using cpu = await openCpu();
  await assertMeasured(cpu, kernels.on("cpu"));
});

gpuTest(
  "kernels on a GPU are measured with their costs apart, and leave nothing there",
  async (gpu) => {
    await assertMeasured(
      gpu,
      ["row-split", "csb", "tiling-1d+swizzle"].map((name) => kernels.get(name)),
    );
    assert.equal(gpu.memory.buffers, 0);
    const planned = { ...QUICK_SAMPLING, plans: { most: 3, seconds: 10 } };
    const ofSingles = kernels.on("webgpu").filter(({ name }) => name !== "dense-mma");
    for (const outcome of await outcomesOn(gpu, ofSingles, planned)) {
      assert.ok(outcome.kind === "measured", JSON.stringify(outcome));
      assert.equal(outcome.measurement.costs.planSeconds.length, 3);
    }
    assert.equal(gpu.memory.buffers, 0);
  },
);
