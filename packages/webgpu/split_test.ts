import { randomCsr, randomDense } from "@spmm/formats";
import { roundToStorage, type SpmmProblem, type Storage } from "@spmm/spmm";
import fc from "fast-check";
import assert from "node:assert/strict";
import { panelStarts } from "./column_panels.ts";
import { gpuTest } from "./conformance.ts";
import { TooLargeError } from "./errors.ts";
import { openGpu } from "./gpu_device.ts";
import { gpuKernel } from "./gpu_kernel.ts";
import { downloadMatrix, GpuMatrix, uploadMatrix } from "./gpu_matrix.ts";
import { GpuPlan } from "./gpu_plan.ts";
import type { GpuLimits } from "./limits.ts";
import { rowBytes } from "./row_pitch.ts";
import { planParts } from "./split.ts";
import { PLAIN } from "./test_kernel.ts";
import { LEAST_LIMITS } from "./test_limits.ts";

const LIMITS: GpuLimits = {
  ...LEAST_LIMITS,
  maxBufferSize: 1 << 20,
  maxStorageBufferBindingSize: 1 << 14,
  minStorageBufferOffsetAlignment: 32,
};

Deno.test("planParts() covers every row once, in parts whose bindings fit and start aligned", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom("f32" as const, "f16" as const),
      fc.boolean(),
      (rows, cols, n, storage, transpose) => {
        const a = randomCsr({ rows, cols, density: 0.5, seed: rows });
        const limits = LIMITS;
        const problem: SpmmProblem = { a, n, storage, transpose };
        const { parts, panelColumns } = planParts(PLAIN, problem, limits);
        const bytes = rowBytes(panelColumns, storage);
        assert.ok((transpose ? rows : cols) * bytes <= limits.maxStorageBufferBindingSize);
        let next = 0;
        for (const { start, end, design } of parts) {
          assert.equal(start, next);
          assert.equal(start * bytes % limits.minStorageBufferOffsetAlignment, 0);
          assert.ok((end - start) * bytes <= limits.maxStorageBufferBindingSize);
          for (const binding of design.passes.flatMap(({ bindings }) => bindings)) {
            if ("data" in binding) {
              assert.ok(binding.data.byteLength <= limits.maxStorageBufferBindingSize);
            }
          }
          next = end;
        }
        assert.equal(next, transpose ? cols : rows);
      },
    ),
    { seed: 4, numRuns: 60 },
  );
});

Deno.test("planParts() says which rows are too large to split further", () => {
  const a = randomCsr({ rows: 4, cols: 4000, density: 1, seed: 1 });
  assert.throws(
    () => planParts(PLAIN, { a, n: 1 }, LIMITS),
    (error) => error instanceof TooLargeError && /rows \d+ to \d+/.test(error.message),
  );
});

Deno.test("planParts() counts the padding of rows, and narrows panels to what fits with it", () => {
  const a = randomCsr({ rows: 4, cols: 1000, density: 0.01, seed: 1 });
  const panels = (n: number, storage: Storage): number =>
    planParts(PLAIN, { a, n, storage }, LIMITS).panelColumns;
  // 4 columns of f32, or 8 of f16, take 16,000 of 16,384 bytes.
  assert.deepEqual([3, 4, 5, 9].map((n) => panels(n, "f32")), [3, 4, 4, 4]);
  assert.deepEqual([3, 5, 8, 9].map((n) => panels(n, "f16")), [3, 5, 8, 8]);
  const taller = { a: randomCsr({ rows: 4, cols: 1300, density: 0.01, seed: 1 }), n: 3 };
  assert.equal(planParts(PLAIN, taller, LIMITS).panelColumns, 2);
});

Deno.test("planParts() refuses a B of which not even one column fits a binding", () => {
  const a = randomCsr({ rows: 4, cols: 5000, density: 0.001, seed: 1 });
  assert.throws(() => planParts(PLAIN, { a, n: 1 }, LIMITS), /one column of B/);
});

Deno.test("panelStarts() covers all columns with panels of one width", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (n, wanted) => {
      const columns = Math.min(n, wanted);
      const starts = panelStarts(n, columns);
      const covered = new Set(
        starts.flatMap((s) => Array.from({ length: columns }, (_, i) => s + i)),
      );
      assert.equal(covered.size, n);
      assert.ok(Math.max(...covered) < n);
    }),
    { seed: 5 },
  );
});

gpuTest("a product cut into parts and panels has the bits of the whole", async (whole) => {
  await using small = await openGpu({ limits: { maxStorageBufferBindingSize: 1 << 14 } });
  const kernel = gpuKernel(PLAIN);
  const a = randomCsr({ rows: 300, cols: 200, density: 0.3, seed: 1 });
  for (const storage of ["f32", "f16"] as const) {
    for (const n of [3, 32, 33, 97, 128]) {
      for (const transpose of [false, true]) {
        const problem: SpmmProblem = {
          a,
          n,
          storage,
          transpose,
          epilogue: { bias: new Float32Array(transpose ? 200 : 300).map((_, i) => i / 100) },
          rowOrder: new Uint32Array(transpose ? 200 : 300).map((_, i, all) => all.length - 1 - i),
        };
        const { data } = randomDense(transpose ? 300 : 200, n, 2);
        const b = {
          ...randomDense(transpose ? 300 : 200, n, 2),
          data: roundToStorage(data, storage),
        };
        await using expected = await kernel.plan(problem, whole);
        await using cut = await kernel.plan(problem, small);
        assert.ok(Number(cut.describe().facts["parts"]) > 1);
        const c = await expected.multiply(b);
        assert.deepEqual(await cut.multiply(b), c);
        using there = await uploadMatrix(small, b);
        const result = await cut.multiply(there);
        assert.ok(result instanceof GpuMatrix);
        assert.deepEqual(await downloadMatrix(result), c);
        result[Symbol.dispose]();
      }
    }
  }
  assert.equal(small.memory.buffers, 0);
});

gpuTest("record() refuses a B that needs panels, and names multiply", async (gpu) => {
  const a = randomCsr({ rows: 10, cols: 200, density: 0.3, seed: 1 });
  await using plan = await gpuKernel(PLAIN).plan({ a, n: 64 }, gpu);
  assert.ok(plan instanceof GpuPlan);
  using b = await uploadMatrix(gpu, randomDense(200, 64, 1));
  using c = await uploadMatrix(gpu, randomDense(10, 64, 1));
  const encoder = gpu.handle.createCommandEncoder();
  assert.throws(() => plan.record(encoder, b, c), /use multiply/);
  encoder.finish();
}, { limits: { maxStorageBufferBindingSize: 1 << 14 } });
