import { type Dense, dense, randomDense } from "@spmm/formats";
import { DisposedError, roundToStorage, ShapeError } from "@spmm/spmm";
import assert from "node:assert/strict";
import { gpuTest } from "./conformance.ts";
import { downloadMatrix, gpuMatrix, uploadMatrix, writeMatrix } from "./gpu_matrix.ts";

gpuTest("a matrix comes back from the GPU as it went, in both storages", async (gpu) => {
  for (
    const [rows, cols] of [
      [0, 0],
      [0, 3],
      [1, 1],
      [3, 5],
      [7, 1],
      [5, 2],
      [9, 3],
      [9, 7],
      [64, 33],
      [3, 130],
      [2, 257],
    ]
  ) {
    for (const storage of ["f32", "f16"] as const) {
      const { data } = randomDense(rows, cols, 5);
      const matrix: Dense = dense(rows, cols, roundToStorage(data, storage));
      using there = await uploadMatrix(gpu, matrix);
      assert.equal(there.storage, storage);
      assert.deepEqual(await downloadMatrix(there), matrix);
      writeMatrix(there, matrix);
      assert.deepEqual(await downloadMatrix(there), matrix);
    }
  }
  assert.equal(gpu.memory.buffers, 0);
});

gpuTest("uploadMatrix() rounds to the storage asked for", async (gpu) => {
  using there = await uploadMatrix(gpu, dense(1, 1, new Float32Array([1 / 3])), "f16");
  assert.deepEqual((await downloadMatrix(there)).data, new Float16Array([1 / 3]));
});

gpuTest("uploadMatrix() takes views and shared memory", async (gpu) => {
  const shared = new Float32Array(new SharedArrayBuffer(32), 8, 3);
  shared.set([1, 2, 3]);
  using there = await uploadMatrix(gpu, dense(1, 3, shared));
  assert.deepEqual((await downloadMatrix(there)).data, new Float32Array([1, 2, 3]));
});

gpuTest("the bytes of a matrix are what it takes on the device", async (gpu) => {
  const shapes: [number, number][] = [[8, 1], [4, 2], [4, 3], [4, 5], [4, 8], [2, 129]];
  for (const storage of ["f32", "f16"] as const) {
    for (const [rows, cols] of shapes) {
      using there = await gpuMatrix(gpu, rows, cols, storage);
      assert.equal(there.bytes, gpu.memory.bytes);
      assert.equal(there.bytes, rows * there.pitch * (storage === "f32" ? 4 : 2));
    }
  }
});

gpuTest("writeMatrix() refuses another shape", async (gpu) => {
  using there = await uploadMatrix(gpu, dense(2, 3));
  assert.throws(() => writeMatrix(there, dense(3, 2)), ShapeError);
});

gpuTest("a matrix that was disposed of cannot be read", async (gpu) => {
  const there = await uploadMatrix(gpu, dense(2, 3));
  there[Symbol.dispose]();
  await assert.rejects(downloadMatrix(there), DisposedError);
});
