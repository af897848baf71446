import { randomCsr, randomDense } from "@spmm/formats";
import { DisposedError, type SpmmPlan } from "@spmm/spmm";
import assert from "node:assert/strict";
import { checkProduct, gpuTest } from "./conformance.ts";
import { ShaderError } from "./errors.ts";
import { entryPoint } from "./entry_point.ts";
import { gpuKernel, type GpuKernelDefinition, planTogether } from "./gpu_kernel.ts";
import { downloadMatrix, gpuMatrix, uploadMatrix } from "./gpu_matrix.ts";
import { GpuPlan } from "./gpu_plan.ts";
import { PLAIN } from "./test_kernel.ts";

const a = randomCsr({ rows: 40, cols: 30, density: 0.2, seed: 1 });

gpuTest("a plan frees all it allocated", async (gpu) => {
  const plan = await gpuKernel(PLAIN).plan({ a, n: 8 }, gpu);
  assert.ok(gpu.memory.buffers > 0);
  await plan.multiply(randomDense(30, 8, 1));
  await plan[Symbol.asyncDispose]();
  await plan[Symbol.asyncDispose]();
  assert.deepEqual({ ...gpu.memory }, { buffers: 0, bytes: 0 });
  await assert.rejects(plan.multiply(randomDense(30, 8, 1)), DisposedError);
});

gpuTest("encodings that wait for a submission are all there for the first product", async (gpu) => {
  // Together more than may wait: some are submitted while planning, the last with the product.
  const seeds = [1, 2, 3];
  const matrixOf = (seed: number) => randomCsr({ rows: 500, cols: 800, density: 0.5, seed });
  const plans: SpmmPlan[] = [];
  for (const seed of seeds) {
    const gone = await gpuKernel(PLAIN).plan({ a: matrixOf(seed + 10), n: 2 }, gpu);
    await gone[Symbol.asyncDispose]();
    plans.push(await gpuKernel(PLAIN).plan({ a: matrixOf(seed), n: 2 }, gpu));
  }
  for (const plan of plans.toReversed()) {
    await checkProduct(plan, randomDense(800, 2, 4));
    await plan[Symbol.asyncDispose]();
  }
  assert.equal(gpu.memory.buffers, 0);
});

gpuTest("a plan that fails to compile leaves nothing behind", async (gpu) => {
  const broken = gpuKernel({
    ...PLAIN,
    inspect(problem, limits, memory) {
      const design = PLAIN.inspect(problem, limits, memory);
      return { ...design, passes: design.passes.map((pass) => ({ ...pass, code: "broken" })) };
    },
  });
  await assert.rejects(broken.plan({ a, n: 8 }, gpu), ShaderError);
  assert.equal(gpu.memory.buffers, 0);
});

gpuTest("a plan answers calls made at the same time each with its own product", async (gpu) => {
  await using plan = await gpuKernel(PLAIN).plan({ a, n: 8 }, gpu);
  const operands = [1, 2, 3, 4].map((seed) => randomDense(30, 8, seed));
  const together = await Promise.all(operands.map((b) => plan.multiply(b)));
  for (const [i, b] of operands.entries()) {
    assert.deepEqual(together[i], await plan.multiply(b));
  }
  assert.notDeepEqual(together[0], together[1]);
});

gpuTest("record() chains products without the host in between", async (gpu) => {
  const square = randomCsr({ rows: 16, cols: 16, density: 0.3, seed: 2 });
  await using plan = await gpuKernel(PLAIN).plan({ a: square, n: 4 }, gpu);
  assert.ok(plan instanceof GpuPlan);
  const b = randomDense(16, 4, 3);
  using first = await uploadMatrix(gpu, b);
  using second = await gpuMatrix(gpu, 16, 4);
  const encoder = gpu.handle.createCommandEncoder();
  plan.record(encoder, first, second);
  const pass = encoder.beginComputePass();
  plan.record(pass, second, first);
  plan.record(pass, first, second);
  plan.record(pass, second, first);
  pass.end();
  gpu.handle.queue.submit([encoder.finish()]);
  const twice = await plan.multiply(await plan.multiply(b));
  const fourTimes = await plan.multiply(await plan.multiply(twice));
  assert.deepEqual(await downloadMatrix(first), fourTimes);
});

gpuTest(
  "planTogether() keeps a shared array on the device once, until the last plan ends",
  async (gpu) => {
    const kernel = gpuKernel(PLAIN);
    const single = await kernel.plan({ a, n: 8 }, gpu);
    const alone = gpu.memory.bytes;
    await single[Symbol.asyncDispose]();
    const [one, two] = await planTogether(PLAIN, [{ a, n: 8 }, { a, n: 4 }], gpu);
    assert.ok(gpu.memory.bytes < alone + one.bytes);
    await one[Symbol.asyncDispose]();
    assert.ok(gpu.memory.bytes >= two.bytes);
    await two.multiply(randomDense(30, 4, 1));
    await two[Symbol.asyncDispose]();
    assert.equal(gpu.memory.buffers, 0);
  },
);

gpuTest("small arrays of a plan share a buffer, large ones have their own", async (gpu) => {
  await using _small = await gpuKernel(PLAIN).plan({ a, n: 8 }, gpu);
  assert.equal(gpu.memory.buffers, 1);
  const large = randomCsr({ rows: 300, cols: 300, density: 0.5, seed: 4 });
  await using plan = await gpuKernel(PLAIN).plan({ a: large, n: 8 }, gpu);
  assert.equal(gpu.memory.buffers, 1 + 3);
  await checkProduct(plan, randomDense(300, 8, 5));
});

const DOUBLED = { bytes: 4 * a.values.length };

/** `PLAIN` for 2·A: its values are doubled on the device, while planning. */
const DOUBLING: GpuKernelDefinition = {
  ...PLAIN,
  inspect(problem, limits, memory) {
    const { passes: [pass], ...design } = PLAIN.inspect(problem, limits, memory);
    const values = pass.bindings.find(({ name }) => name === "values");
    assert.ok(values?.role === "encoding");
    const doubled = { name: "values", type: values.type, array: DOUBLED } as const;
    const preparation = {
      label: "double",
      workgroups: Math.ceil(a.values.length / 64),
      bindings: [
        { ...values, name: "single" },
        { ...doubled, role: "preparing", name: "twice" } as const,
      ],
      code: `fn double(group: u32, thread: u32) {
  let i = group * 64u + thread;
  if (i < arrayLength(&single)) {
    twice[i] = 2 * single[i];
  }
}
${entryPoint(64, "double")}`,
    };
    const bindings = pass.bindings.map((binding) =>
      binding === values ? { ...doubled, role: "prepared" } as const : binding
    );
    return { ...design, preparation: [preparation], passes: [{ ...pass, bindings }] };
  },
};

gpuTest("a preparation writes part of the encoding, and what it read is freed", async (gpu) => {
  const b = randomDense(30, 8, 1);
  await using plain = await gpuKernel(PLAIN).plan({ a, n: 8 }, gpu);
  const before = gpu.memory.bytes;
  await using doubling = await gpuKernel(DOUBLING).plan({ a, n: 8 }, gpu);
  assert.equal(doubling.bytes, plain.bytes);
  assert.ok(gpu.memory.bytes - before < 2 * doubling.bytes);
  const once = await plain.multiply(b);
  const twice = await doubling.multiply(b);
  assert.ok(once.location === "host" && twice.location === "host");
  assert.deepEqual(twice.data, once.data.map((value) => 2 * value));
});

gpuTest("a preparation that fails to compile leaves nothing behind", async (gpu) => {
  const broken = gpuKernel({
    ...DOUBLING,
    inspect(problem, limits, memory) {
      const { preparation = [], ...design } = DOUBLING.inspect(problem, limits, memory);
      return { ...design, preparation: preparation.map((pass) => ({ ...pass, code: "broken" })) };
    },
  });
  await assert.rejects(broken.plan({ a, n: 8 }, gpu), ShaderError);
  assert.equal(gpu.memory.buffers, 0);
});

gpuTest("plans of one shape share their program", async (gpu) => {
  const other = randomCsr({ rows: 7, cols: 99, density: 0.2, seed: 3 });
  await using _one = await gpuKernel(PLAIN).plan({ a, n: 8 }, gpu);
  await using _two = await gpuKernel(PLAIN).plan({ a: other, n: 16 }, gpu);
  assert.deepEqual(gpu.pipelines.statistics, { programs: 1, hits: 1 });
});
