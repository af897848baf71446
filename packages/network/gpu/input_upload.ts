import type { Csr } from "@spmm/formats";
import { type CompiledProgram, type GpuBuffer, type GpuDevice, writeBuffer } from "@spmm/webgpu";
import type { FeatureStore } from "./feature_store.ts";
import { INPUT_BINDING_TYPES, INPUT_CODE } from "./input_code.ts";

/** Inputs on the device as they came, sparse, ready to be spread among the features. */
export class InputUpload implements Disposable {
  readonly #device: GpuDevice;
  readonly #buffers: readonly GpuBuffer[];
  readonly #program: CompiledProgram;
  readonly #group: GPUBindGroup;
  readonly #store: FeatureStore;
  /** The inputs on the host. */
  readonly chunk: Csr;
  /** On the device, how many of their columns no neuron has. */
  readonly faults: GpuBuffer;
  /** Inputs of the chunk. */
  readonly inputs: number;
  /** Those of them with a value that is not zero. */
  readonly living: number;

  /** Made by {@linkcode uploadInputs}. */
  constructor(
    device: GpuDevice,
    program: CompiledProgram,
    group: GPUBindGroup,
    store: FeatureStore,
    buffers: readonly GpuBuffer[],
    faults: GpuBuffer,
    chunk: Csr,
  ) {
    this.#device = device;
    this.#program = program;
    this.#group = group;
    this.#store = store;
    this.#buffers = buffers;
    this.faults = faults;
    this.chunk = chunk;
    this.inputs = chunk.rows;
    this.living = countLiving(chunk);
  }

  /** Appends the spreading to an encoder: features of zeros, then a workgroup for each input. */
  record(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.#store.features[0].handle);
    encoder.clearBuffer(this.#store.retired.handle, 0, 4);
    const pass = encoder.beginComputePass({ label: "spread inputs" });
    pass.setPipeline(this.#program.pipeline);
    pass.setBindGroup(0, this.#group);
    const most = this.#device.limits.maxComputeWorkgroupsPerDimension;
    const y = Math.ceil(this.inputs / most);
    pass.dispatchWorkgroups(Math.ceil(this.inputs / y), y);
    pass.end();
  }

  /** Frees the buffers. */
  [Symbol.dispose](): void {
    for (const buffer of this.#buffers) buffer[Symbol.dispose]();
  }
}

/**
 * Brings a chunk of inputs to the device.
 *
 * @param device The GPU.
 * @param chunk Inputs × neurons, one input at least.
 * @param store The features they will be spread into, with room for them.
 */
export async function uploadInputs(
  device: GpuDevice,
  chunk: Csr,
  store: FeatureStore,
): Promise<InputUpload> {
  const program = await device.pipelines.get({
    label: "spread inputs",
    wgsl: INPUT_CODE,
    bindingTypes: INPUT_BINDING_TYPES,
  });
  const value = commonValue(chunk.values);
  const buffers: GpuBuffer[] = [];
  const upload = async (data: Uint32Array | Float32Array, usage: number): Promise<GpuBuffer> => {
    const buffer = await device.allocate(
      data.byteLength,
      usage | GPUBufferUsage.COPY_DST,
      "inputs",
    );
    buffers.push(buffer);
    writeBuffer(device, buffer, data);
    return buffer;
  };
  try {
    const numbers = new Uint32Array(8);
    numbers.set([store.stride, chunk.rows]);
    new Float32Array(numbers.buffer)[2] = value ?? 0;
    numbers[3] = value === undefined ? 0 : 1;
    numbers[4] = chunk.cols;
    const sparse = [
      await upload(chunk.rowOffsets, GPUBufferUsage.STORAGE),
      await upload(chunk.colIndices, GPUBufferUsage.STORAGE),
      await upload(
        value === undefined ? chunk.values : new Float32Array(1),
        GPUBufferUsage.STORAGE,
      ),
    ];
    const faultUsage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const faults = await upload(new Uint32Array(1), faultUsage);
    const uniform = await upload(numbers, GPUBufferUsage.UNIFORM);
    const all = [...sparse, store.features[0], store.live[0], faults, uniform];
    const group = device.handle.createBindGroup({
      label: "spread inputs",
      layout: program.layout,
      entries: all.map((buffer, binding) => ({ binding, resource: { buffer: buffer.handle } })),
    });
    return new InputUpload(device, program, group, store, buffers, faults, chunk);
  } catch (error) {
    for (const buffer of buffers) buffer[Symbol.dispose]();
    throw error;
  }
}

/** The value that all non-zeros have, as pixels that are black or white do. */
function commonValue(values: Float32Array<ArrayBufferLike>): number | undefined {
  const first = values[0] ?? 0;
  if (values.length < 2) return first;
  // Two at a time, as one number of twice the bits: there may be a hundred million pixels.
  const skipped = values.byteOffset % 8 === 0 ? 0 : 1;
  const count = Math.floor((values.length - skipped) / 2);
  const pairs = new Float64Array(values.buffer, values.byteOffset + 4 * skipped, count);
  const pair = new Float64Array(Float32Array.of(first, first).buffer)[0];
  for (let i = 0; i < count; i++) if (pairs[i] !== pair) return undefined;
  return values[values.length - 1] === first ? first : undefined;
}

function countLiving({ rows, rowOffsets, values }: Csr): number {
  let living = 0;
  for (let input = 0; input < rows; input++) {
    let entry = rowOffsets[input];
    while (entry < rowOffsets[input + 1] && values[entry] === 0) entry++;
    if (entry < rowOffsets[input + 1]) living += 1;
  }
  return living;
}
