import { type Dense, dense } from "@spmm/formats";
import type { GpuBuffer, GpuDevice } from "@spmm/webgpu";
import { OUTPUT_BINDING_TYPES, OUTPUT_CODE, THREADS } from "./input_code.ts";
import { readBuffers } from "./readback.ts";

/** The features a chunk ended with. */
export interface LastFeatures {
  /** Rows to bring. */
  readonly rows: number;
  /** Slots of a row. */
  readonly stride: number;
  /** Live slots. */
  readonly live: number;
}

/**
 * Brings the outputs of live slots to the host, rows as `place` names them; panel after panel of
 * rows, so that no buffer is larger than a binding may be.
 */
export async function gatherOutputs(
  device: GpuDevice,
  { features, live: list }: { readonly features: GpuBuffer; readonly live: GpuBuffer },
  { rows, stride, live }: LastFeatures,
  place: Uint32Array,
): Promise<Dense> {
  const outputs = dense(place.length, live);
  if (live === 0) return outputs;
  const stored = place.reduce((most, row) => Math.max(most, row + 1), 0);
  const gathered = new Float32Array(Math.min(rows, stored) * live);
  const { maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = device.limits;
  const panel = Math.max(
    1,
    Math.min(maxComputeWorkgroupsPerDimension, Math.floor(maxStorageBufferBindingSize / 4 / live)),
  );
  const program = await device.pipelines.get({
    label: "gather outputs",
    wgsl: OUTPUT_CODE,
    bindingTypes: OUTPUT_BINDING_TYPES,
  });
  for (let first = 0; first < stored; first += panel) {
    const count = Math.min(panel, stored - first);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    using target = await device.allocate(4 * count * live, usage, "outputs");
    const uniformUsage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    using uniform = await device.allocate(16, uniformUsage, "outputs uniform");
    const { queue } = device.handle;
    queue.writeBuffer(uniform.handle, 0, Uint32Array.of(stride, live, count, first));
    const buffers = [features, list, target, uniform];
    const group = device.handle.createBindGroup({
      label: "gather outputs",
      layout: program.layout,
      entries: buffers.map(({ handle }, binding) => ({ binding, resource: { buffer: handle } })),
    });
    const encoder = device.handle.createCommandEncoder({ label: "gather outputs" });
    const pass = encoder.beginComputePass();
    pass.setPipeline(program.pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(live / THREADS), count);
    pass.end();
    queue.submit([encoder.finish()]);
    const [bytes] = await readBuffers(device, [{ buffer: target, bytes: 4 * count * live }]);
    gathered.set(new Float32Array(bytes), first * live);
  }
  place.forEach((row, output) =>
    outputs.data.set(gathered.subarray(row * live, (row + 1) * live), output * live)
  );
  return outputs;
}
