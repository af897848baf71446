import { randomCsr, randomDense } from "@spmm/formats";
import assert from "node:assert/strict";
import { checkProduct, gpuTest } from "./conformance.ts";
import { OutOfMemoryError } from "./errors.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { gpuKernel } from "./gpu_kernel.ts";
import { SlabPool } from "./slab_pool.ts";
import { PLAIN } from "./test_kernel.ts";

const SLAB = 1024;

/** A pool whose slabs count as the device's own buffers, to see which there are. */
function poolOf(gpu: GpuDevice): SlabPool {
  const unseen = { buffers: 0, bytes: 0 };
  const allocate = (bytes: number) => gpu.allocate(bytes, GPUBufferUsage.STORAGE, "slab");
  return new SlabPool(SLAB, allocate, unseen);
}

gpuTest(
  "parts lie one after the other where bindings may begin, until the slab is full",
  async (gpu) => {
    const pool = poolOf(gpu);
    const sizes = [16, 300, 200, 256, SLAB];
    const parts = [];
    for (const bytes of sizes) parts.push(await pool.take(bytes));
    assert.deepEqual(parts.map(({ offset }) => offset), [0, 256, 768, 0, 0]);
    assert.equal(new Set(parts.map(({ buffer }) => buffer)).size, 3);
  },
);

gpuTest("a full slab goes with its last part, the one that is cut from stays", async (gpu) => {
  const pool = poolOf(gpu);
  const first = await pool.take(SLAB - 256);
  const second = await pool.take(256);
  first.giveBack();
  assert.equal((await pool.take(256)).offset, 0);
  assert.equal(gpu.memory.buffers, 2);
  second.giveBack();
  assert.equal(gpu.memory.buffers, 1);
});

gpuTest("what is given back is not cut again: it may have been recorded", async (gpu) => {
  const pool = poolOf(gpu);
  const first = await pool.take(16);
  first.giveBack();
  const second = await pool.take(16);
  assert.equal(second.buffer, first.buffer);
  assert.notEqual(second.offset, first.offset);
});

gpuTest("parts taken at the same time are apart", async (gpu) => {
  const pool = poolOf(gpu);
  const parts = await Promise.all([pool.take(512), pool.take(512), pool.take(512)]);
  const places = parts.map(({ buffer, offset }) => ({ buffer, offset }));
  places.forEach((place, i) =>
    assert.ok(
      places.every((other, j) =>
        i === j || place.buffer !== other.buffer || place.offset !== other.offset
      ),
    )
  );
});

gpuTest(
  "a full memory is told by the error of the allocation, and may be asked again",
  async (gpu) => {
    let isFull = true;
    const pool = new SlabPool(SLAB, async (bytes) => {
      if (isFull) throw new OutOfMemoryError("Cannot allocate slab: the device's memory is full");
      return await gpu.allocate(bytes, GPUBufferUsage.STORAGE, "slab");
    }, { buffers: 0, bytes: 0 });
    await assert.rejects(pool.take(16), OutOfMemoryError);
    isFull = false;
    assert.equal((await pool.take(16)).offset, 0);
  },
);

gpuTest("more plans than a slab has room for keep to their own matrix", async (gpu) => {
  const plain = gpuKernel(PLAIN);
  const problem = (seed: number) => ({
    a: randomCsr({ rows: 100, cols: 80, density: 0.5, seed }),
    n: 4,
  });
  const plans = [];
  while (gpu.memory.bytes <= gpu.slabs.bytes) {
    plans.push(await plain.plan(problem(plans.length), gpu));
  }
  for (const plan of plans) await checkProduct(plan, randomDense(80, 4, 7));
  for (const plan of plans) await plan[Symbol.asyncDispose]();
  assert.deepEqual({ ...gpu.memory }, { buffers: 0, bytes: 0 });
});
