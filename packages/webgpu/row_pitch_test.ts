import { type Dense, dense, randomCsr, randomDense } from "@spmm/formats";
import { roundToStorage, type SpmmProblem, type Storage } from "@spmm/spmm";
import fc from "fast-check";
import assert from "node:assert/strict";
import { gpuTest } from "./conformance.ts";
import { gpuKernel } from "./gpu_kernel.ts";
import { downloadMatrix, gpuMatrix, uploadMatrix, writeBuffer } from "./gpu_matrix.ts";
import { GpuPlan } from "./gpu_plan.ts";
import { paddedRows, rowPitch, unpadRows } from "./row_pitch.ts";
import { PLAIN } from "./test_kernel.ts";

const STORAGES = ["f32", "f16"] as const;
const ODD = [1, 2, 3, 5, 6, 7, 9, 31, 33, 130, 257];
const a = randomCsr({ rows: 40, cols: 30, density: 0.2, seed: 1 });

Deno.test("rowPitch() leaves one and two columns, and fills up others to whole vectors", () => {
  const pitches = (storage: Storage): number[] =>
    [0, 1, 2, 3, 4, 5, 8, 9, 130].map((cols) => rowPitch(cols, storage));
  assert.deepEqual(pitches("f32"), [0, 1, 2, 4, 4, 8, 8, 12, 132]);
  assert.deepEqual(pitches("f16"), [0, 1, 2, 4, 4, 8, 8, 16, 136]);
});

Deno.test("unpadRows() undoes paddedRows(), whose padding is zeros, for any run of columns", () => {
  const size = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(fc.constantFrom(...STORAGES), size, size, size, (storage, rows, cols, skipped) => {
      const matrix = rounded(randomDense(rows, cols, 7), storage);
      const start = Math.min(skipped, cols);
      const columns = cols - start;
      const pitch = rowPitch(columns, storage);
      const padded = paddedRows(matrix, storage, start, columns);
      assert.equal(padded.length, rows * pitch);
      assert.ok(padded.every((element, i) => i % pitch < columns || element === 0));
      const back = dense(rows, cols, matrix.data.slice());
      for (let row = 0; row < rows; row++) {
        back.data.fill(NaN, row * cols + start, (row + 1) * cols);
      }
      unpadRows(padded, columns, storage, back, start);
      assert.deepEqual(back, matrix);
    }),
    { seed: 6 },
  );
});

gpuTest("an odd n has the bits of the first columns of a B padded by hand", async (gpu) => {
  const kernel = gpuKernel(PLAIN);
  for (const storage of STORAGES) {
    for (const n of ODD) {
      const b = rounded(randomDense(30, n, n), storage);
      const pitch = rowPitch(n, storage);
      const byHand = dense(30, pitch, paddedRows(b, storage).slice());
      await using odd = await kernel.plan(layer(n, storage), gpu);
      await using even = await kernel.plan(layer(pitch, storage), gpu);
      assert.deepEqual(await odd.multiply(b), firstColumns(await even.multiply(byHand), n));
    }
  }
});

gpuTest("what is in the padding of B and C, NaN even, stays out of the product", async (gpu) => {
  for (const storage of STORAGES) {
    for (const n of ODD) {
      const b = rounded(randomDense(30, n, n), storage);
      await using plan = await gpuKernel(PLAIN).plan(layer(n, storage), gpu);
      assert.ok(plan instanceof GpuPlan);
      const expected = await plan.multiply(b);
      using there = await uploadMatrix(gpu, b);
      using c = await gpuMatrix(gpu, 40, n, storage);
      const elements = paddedRows(b, storage).slice();
      const spoilt = elements.map((element, i) => i % there.pitch < n ? element : NaN);
      writeBuffer(gpu, there.buffer, spoilt);
      await plan.multiply(there, c);
      assert.deepEqual(await downloadMatrix(c), expected);
    }
  }
});

gpuTest("a C whose padding was written is as good a B as one from the host", async (gpu) => {
  const square = randomCsr({ rows: 24, cols: 24, density: 0.3, seed: 2 });
  const bias = Float32Array.from({ length: 24 }, (_, row) => 1 + row);
  await using plan = await gpuKernel(PLAIN).plan({ a: square, n: 5, epilogue: { bias } }, gpu);
  assert.ok(plan instanceof GpuPlan);
  const b = randomDense(24, 5, 3);
  using first = await uploadMatrix(gpu, b);
  using second = await gpuMatrix(gpu, 24, 5);
  const encoder = gpu.handle.createCommandEncoder();
  plan.record(encoder, first, second);
  plan.record(encoder, second, first);
  gpu.handle.queue.submit([encoder.finish()]);
  assert.deepEqual(await downloadMatrix(first), await plan.multiply(await plan.multiply(b)));
});

function layer(n: number, storage: Storage): SpmmProblem {
  const bias = Float32Array.from({ length: 40 }, (_, row) => row / 10 - 1);
  return { a, n, storage, epilogue: { bias, activation: { kind: "relu" } } };
}

function rounded({ rows, cols, data }: Dense, storage: Storage): Dense {
  return dense(rows, cols, roundToStorage(data, storage));
}

function firstColumns(matrix: Awaited<ReturnType<GpuPlan["multiply"]>>, n: number): Dense {
  assert.ok(matrix.location === "host");
  const { rows, cols, data } = matrix;
  return dense(rows, n, data.filter((_, i) => i % cols < n));
}
