import type { DevicePeaks } from "@spmm/spmm";
import type { GpuDevice } from "./gpu_device.ts";
import { entryPoint } from "./entry_point.ts";
import { bindPass, compilePass, dispatch, foldGrid, type GpuPass } from "./gpu_pass.ts";
import { isSoftware } from "./is_software.ts";
import { GpuTimer, type Recorder, repeatsFor } from "./timing.ts";

const THREADS = 256;
const COPY_BYTES = 256 * 2 ** 20;
const CHAINS = 8;
const STEPS = 512;
const ARITHMETIC_WORKGROUPS = 4096;
const WARM_SECONDS = 0.2;
const ROUNDS = 10;
const SAMPLE_SECONDS = 0.005;

/**
 * Measures the ceilings of the roofline on a device: the bandwidth of a copy kernel over a buffer
 * larger than caches, the rate of independent chains of multiply-adds, and the rate at which
 * threads load from workgroup memory. Best of ten samples after warming the clocks. On software
 * devices all are small, and so is the work.
 *
 * @throws {UnsupportedError} If the device has no timestamps.
 */
export async function measurePeaks(device: GpuDevice): Promise<DevicePeaks> {
  const scale = isSoftware(device) ? 16 : 1;
  const bytes = Math.min(COPY_BYTES, device.limits.maxStorageBufferBindingSize) / scale;
  const usage = GPUBufferUsage.STORAGE;
  using from = await device.allocate(bytes, usage, "copy source");
  using to = await device.allocate(bytes, usage, "copy target");
  using timer = new GpuTimer(device, ROUNDS);
  const copy = await recorder(device, copyPass(bytes), [from, to]);
  const workgroups = ARITHMETIC_WORKGROUPS / scale;
  const arithmetic = await recorder(device, arithmeticPass(workgroups), [to]);
  const onChip = await recorder(device, onChipPass(workgroups), [to]);
  const copySeconds = await best(timer, copy);
  const arithmeticSeconds = await best(timer, arithmetic);
  const onChipSeconds = await best(timer, onChip);
  const operations = workgroups * THREADS * CHAINS * STEPS * 4 * 2;
  return {
    bytesPerSecond: 2 * bytes / copySeconds,
    flopsPerSecond: operations / arithmeticSeconds,
    onChipBytesPerSecond: workgroups * THREADS * CHAINS * STEPS * 16 / onChipSeconds,
  };
}

async function recorder(
  device: GpuDevice,
  pass: GpuPass,
  buffers: readonly Parameters<typeof bindPass>[3][number]["buffer"][],
): Promise<Recorder> {
  const program = await compilePass(device, pass);
  const group = bindPass(device, pass.label, program, buffers.map((buffer) => ({ buffer })));
  const grid = foldGrid(pass.workgroups, device.limits.maxComputeWorkgroupsPerDimension);
  return (compute) => dispatch(compute, program, group, grid);
}

async function best(timer: GpuTimer, record: Recorder): Promise<number> {
  const [seconds] = await timer.warm([record], WARM_SECONDS);
  const [times] = await timer.sample([record], ROUNDS, [repeatsFor(seconds, SAMPLE_SECONDS)]);
  return Math.min(...times);
}

function copyPass(bytes: number): GpuPass {
  return {
    label: "copy bandwidth",
    workgroups: bytes / 16 / THREADS,
    bindings: [
      { role: "b", name: "source", type: "array<vec4<f32>>" },
      { role: "c", name: "sink", type: "array<vec4<f32>>" },
    ],
    code: /* wgsl */ `
fn copy_vector(group: u32, thread: u32) {
  let i = group * ${THREADS}u + thread;
  if (i < arrayLength(&source)) {
    sink[i] = source[i];
  }
}
${entryPoint(THREADS, "copy_vector")}`,
  };
}

function arithmeticPass(workgroups: number): GpuPass {
  const chains = Array.from({ length: CHAINS }, (_, i) => i);
  return {
    label: "arithmetic rate",
    workgroups,
    bindings: [{ role: "c", name: "sink", type: "array<vec4<f32>>" }],
    code: /* wgsl */ `
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = vec4<f32>(f32(id.x & 7u) * 0.125 + 0.5);
  ${chains.map((i) => `var a${i} = x + ${i}.0;`).join("\n  ")}
  for (var step = 0u; step < ${STEPS}u; step++) {
    ${chains.map((i) => `a${i} = fma(a${i}, x, x);`).join("\n    ")}
  }
  let sum = ${chains.map((i) => `a${i}`).join(" + ")};
  // Never so, but the compiler cannot know: without a use it would remove the arithmetic.
  if (sum.x == 0.12345) {
    sink[0] = sum;
  }
}
`,
  };
}

/** Threads load 16 bytes each from places that differ from step to step, without bank conflicts. */
function onChipPass(workgroups: number): GpuPass {
  const loads = Array.from({ length: CHAINS }, (_, i) => i);
  return {
    label: "on-chip bandwidth",
    workgroups,
    bindings: [{ role: "c", name: "sink", type: "array<vec4<f32>>" }],
    code: /* wgsl */ `
var<workgroup> tile: array<vec4<f32>, ${2 * THREADS}>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) thread: u32) {
  tile[thread] = vec4<f32>(f32(thread));
  tile[thread + ${THREADS}u] = vec4<f32>(1.0);
  workgroupBarrier();
  ${loads.map((i) => `var a${i} = vec4<f32>(0.0);`).join("\n  ")}
  for (var step = 0u; step < ${STEPS}u; step++) {
    ${
      loads.map((i) => `a${i} += tile[(thread + step * ${CHAINS}u + ${i}u) % ${2 * THREADS}u];`)
        .join("\n    ")
    }
  }
  let sum = ${loads.map((i) => `a${i}`).join(" + ")};
  if (sum.x == 0.12345) {
    sink[0] = sum;
  }
}
`,
  };
}
