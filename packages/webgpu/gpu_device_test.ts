import { DisposedError, hostDevice, UnsupportedError } from "@spmm/spmm";
import assert from "node:assert/strict";
import { gpuTest } from "./conformance.ts";
import { DeviceLostError, NoAdapterError, TooLargeError, ValidationError } from "./errors.ts";
import { asGpu, openGpu, tryOpenGpu } from "./gpu_device.ts";

Deno.test("openGpu() without WebGPU is a NoAdapterError that says what to do", async () => {
  const gpu = Object.getOwnPropertyDescriptor(globalThis.navigator, "gpu");
  Object.defineProperty(globalThis.navigator, "gpu", { value: undefined, configurable: true });
  try {
    await assert.rejects(openGpu(), NoAdapterError);
    await assert.rejects(openGpu(), /mesa-vulkan-drivers/);
    assert.equal(await tryOpenGpu(), undefined);
  } finally {
    if (gpu) Object.defineProperty(globalThis.navigator, "gpu", gpu);
    else Reflect.deleteProperty(globalThis.navigator, "gpu");
  }
});

gpuTest("openGpu() plans against limits lower than the device's own", (gpu) => {
  assert.equal(gpu.limits.maxStorageBufferBindingSize, 4096);
  assert.equal(gpu.limits.minStorageBufferOffsetAlignment, 512);
  return Promise.resolve();
}, { limits: { maxStorageBufferBindingSize: 4096, minStorageBufferOffsetAlignment: 512 } });

gpuTest("openGpu() asks for all the adapter has, not for the small defaults", (gpu) => {
  assert.equal(gpu.limits.maxComputeInvocationsPerWorkgroup >= 256, true);
  assert.equal(gpu.handle.limits.maxBufferSize, gpu.limits.maxBufferSize);
  return Promise.resolve();
});

gpuTest("allocate() counts buffers until they are disposed of", async (gpu) => {
  const one = await gpu.allocate(5, GPUBufferUsage.STORAGE, "five bytes");
  const other = await gpu.allocate(100, GPUBufferUsage.STORAGE, "a hundred");
  assert.deepEqual({ ...gpu.memory }, { buffers: 2, bytes: 116 });
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  assert.deepEqual({ ...gpu.memory }, { buffers: 1, bytes: 100 });
  assert.throws(() => one.handle, DisposedError);
  other[Symbol.dispose]();
  assert.deepEqual({ ...gpu.memory }, { buffers: 0, bytes: 0 });
});

gpuTest("allocate() refuses what no buffer can hold, before asking the device", async (gpu) => {
  const bytes = gpu.limits.maxBufferSize + 1;
  const refusal = gpu.allocate(bytes, GPUBufferUsage.STORAGE, "dense 9x9");
  await assert.rejects(refusal, (error) => {
    assert.ok(error instanceof TooLargeError);
    assert.equal(error.bytes, bytes);
    assert.match(error.message, /dense 9x9.*split the matrix/);
    return true;
  });
  assert.equal(gpu.memory.buffers, 0);
});

gpuTest("guarded() turns a refused command into a typed error with the action", async (gpu) => {
  const bad = (): GPUBuffer => gpu.handle.createBuffer({ size: 16, usage: 0x10000 });
  await assert.rejects(gpu.guarded("make a buffer", bad), ValidationError);
  await assert.rejects(gpu.guarded("make a buffer", bad), /Cannot make a buffer/);
  await gpu.settled();
});

gpuTest("a fault outside any guard is thrown at the next use", async (gpu) => {
  gpu.handle.createBuffer({ size: 16, usage: 0x10000 });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.throws(() => gpu.handle, ValidationError);
});

gpuTest("a lost device says so at the next use", async (gpu) => {
  const { handle } = gpu;
  handle.destroy();
  await handle.lost;
  assert.throws(() => gpu.handle, DeviceLostError);
  await assert.rejects(gpu.allocate(16, GPUBufferUsage.STORAGE, "late"), DeviceLostError);
});

Deno.test("a device that was disposed of cannot be used", async () => {
  const gpu = await tryOpenGpu();
  await gpu?.[Symbol.asyncDispose]();
  await gpu?.[Symbol.asyncDispose]();
  if (gpu !== undefined) assert.throws(() => gpu.handle, DisposedError);
});

Deno.test("asGpu() refuses other devices", () => {
  assert.throws(() => asGpu(hostDevice), UnsupportedError);
});

gpuTest("peaks() measures positive ceilings once", async (gpu) => {
  const peaks = await gpu.peaks();
  assert.ok(peaks.bytesPerSecond > 1e6 && Number.isFinite(peaks.bytesPerSecond));
  assert.ok(peaks.flopsPerSecond > 1e6 && Number.isFinite(peaks.flopsPerSecond));
  assert.equal(await gpu.peaks(), peaks);
  assert.equal(gpu.memory.buffers, 0);
});
