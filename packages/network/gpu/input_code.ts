/** Threads of a workgroup, that spread the non-zeros of an input or gather a slot each. */
export const THREADS = 64;

/**
 * WGSL that brings inputs, which arrive as CSR, among the features: a workgroup for each input, on
 * features that are zeros. It also lists all inputs as alive, in their order, and counts columns that
 * no neuron has, which it leaves out: the host would take longer to look at them than the layers do.
 */
export const INPUT_CODE: string = /* wgsl */ `
struct Inputs {
  stride: u32,
  count: u32,
  value: f32,
  uniform_value: u32,
  neurons: u32,
}

@group(0) @binding(0) var<storage, read> offsets: array<u32>;
@group(0) @binding(1) var<storage, read> columns: array<u32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> features: array<f32>;
@group(0) @binding(4) var<storage, read_write> live: array<u32>;
@group(0) @binding(5) var<storage, read_write> faults: array<atomic<u32>>;
@group(0) @binding(6) var<uniform> inputs: Inputs;

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let input = group.y * groups.x + group.x;
  if (input >= inputs.count) {
    return;
  }
  if (thread == 0u) {
    live[input] = input;
    live[inputs.stride + input] = input;
  }
  for (var at = offsets[input] + thread; at < offsets[input + 1u]; at += ${THREADS}u) {
    var value = inputs.value;
    if (inputs.uniform_value == 0u) {
      value = values[at];
    }
    if (columns[at] < inputs.neurons) {
      features[columns[at] * inputs.stride + input] = value;
    } else {
      atomicAdd(&faults[0], 1u);
    }
  }
}
`;

/** The kinds of the bindings, in order. */
export const INPUT_BINDING_TYPES: readonly GPUBufferBindingType[] = [
  "read-only-storage",
  "read-only-storage",
  "read-only-storage",
  "storage",
  "storage",
  "storage",
  "uniform",
];

/** WGSL that gathers the live columns of the last features, side by side. */
export const OUTPUT_CODE: string = /* wgsl */ `
struct Outputs {
  stride: u32,
  live: u32,
  rows: u32,
  first_row: u32,
}

@group(0) @binding(0) var<storage, read> features: array<f32>;
@group(0) @binding(1) var<storage, read> live: array<u32>;
@group(0) @binding(2) var<storage, read_write> gathered: array<f32>;
@group(0) @binding(3) var<uniform> outputs: Outputs;

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let slot = group.x * ${THREADS}u + thread;
  if (slot < outputs.live) {
    let row = outputs.first_row + group.y;
    gathered[group.y * outputs.live + slot] = features[row * outputs.stride + live[slot]];
  }
}
`;

/** The kinds of the bindings, in order. */
export const OUTPUT_BINDING_TYPES: readonly GPUBufferBindingType[] = [
  "read-only-storage",
  "read-only-storage",
  "storage",
  "uniform",
];
