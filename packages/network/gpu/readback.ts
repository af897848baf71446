import type { GpuBuffer, GpuDevice } from "@spmm/webgpu";

/** The start of a buffer that is wanted on the host. */
export interface ReadbackPart {
  readonly buffer: GpuBuffer;
  readonly bytes: number;
}

/**
 * Copies the starts of several buffers to the host in one go: waiting for a buffer takes about 10 ms
 * whatever its size, so everything that is wanted at one time is brought through one buffer.
 *
 * @returns The bytes of each part, in order.
 */
export async function readBuffers(
  device: GpuDevice,
  parts: readonly ReadbackPart[],
): Promise<ArrayBuffer[]> {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  using staging = await device.allocate(
    total,
    GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    "readback",
  );
  const encoder = device.handle.createCommandEncoder({ label: "readback" });
  let at = 0;
  for (const { buffer, bytes } of parts) {
    if (bytes > 0) encoder.copyBufferToBuffer(buffer.handle, 0, staging.handle, at, bytes);
    at += bytes;
  }
  device.handle.queue.submit([encoder.finish()]);
  await staging.handle.mapAsync(GPUMapMode.READ);
  device.checkHealth();
  const mapped = staging.handle.getMappedRange();
  at = 0;
  const copies = parts.map(({ bytes }) => mapped.slice(at, at += bytes));
  staging.handle.unmap();
  return copies;
}
