import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { PassClock } from "./pass_clock.ts";

Deno.test("passes that belong to one run add up", () => {
  const stamps = BigUint64Array.of(10n, 20n, 25n, 30n, 100n, 400n, 500n, 501n);
  assert.deepEqual([...PassClock.seconds(stamps.buffer, 2)], [10e-9 + 5e-9, 300e-9 + 1e-9]);
  assert.equal(PassClock.seconds(stamps.buffer, 1).length, 4);
});

gpuTest("more passes than there may be timestamps have no clock", async (gpu) => {
  assert.equal(await PassClock.open(gpu, 2049), undefined);
  {
    using clock = await PassClock.open(gpu, 2048);
    assert.equal(clock !== undefined, gpu.hasTimestamps);
  }
  await gpu.settled();
  assert.equal(gpu.memory.buffers, 0);
});
