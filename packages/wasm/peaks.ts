import type { DevicePeaks } from "@spmm/spmm";
import type { CpuDevice, RunProgram } from "./cpu_device.ts";
import type { CpuProgram, ProgramBinaries } from "./cpu_program.ts";

/** The binaries of `peaks.as.ts`. */
export const PEAKS: ProgramBinaries = {
  shared: new URL("./peaks.shared.wasm", import.meta.url),
  single: new URL("./peaks.wasm", import.meta.url),
  relaxed: {
    shared: new URL("./peaks.relaxed.shared.wasm", import.meta.url),
    single: new URL("./peaks.relaxed.wasm", import.meta.url),
  },
};

/** What is copied: several times a last-level cache. */
const COPIED_BYTES = 64 * 2 ** 20;
/** Operations of one round of multiplyAdd: twelve chains of four lanes, a multiply and an add. */
const FLOPS_A_ROUND = 12 * 4 * 2;
const ROUNDS = 2_000_000;
const REPEATS = 7;

/**
 * Measures what the CPU does at best with WASM: bytes copied, reads and writes counted, and SIMD
 * multiply-adds, on all threads together. The best of several repeats stands, after one to warm up.
 */
export async function measurePeaks(device: CpuDevice): Promise<DevicePeaks> {
  const program = await device.load(PEAKS);
  return await device.exclusively(async (run) => ({
    bytesPerSecond: await copyRate(device, program, run),
    flopsPerSecond: await multiplyAddRate(device, program, run),
  }));
}

async function copyRate(
  { memory, threads }: CpuDevice,
  program: CpuProgram,
  run: RunProgram,
): Promise<number> {
  using from = memory.allocate(COPIED_BYTES, "the copy's source");
  using to = memory.allocate(COPIED_BYTES, "the copy's target");
  from.f32().fill(0.5);
  const share = Math.floor(COPIED_BYTES / threads / 64) * 64;
  const seconds = await bestOf(() =>
    run(program, "copy", (thread) => {
      const offset = thread * share;
      return [from.address + offset, to.address + offset, share];
    })
  );
  return 2 * share * threads / seconds;
}

async function multiplyAddRate(
  { memory, threads }: CpuDevice,
  program: CpuProgram,
  run: RunProgram,
): Promise<number> {
  using sums = memory.allocate(threads * 64, "the multiply-add's sums");
  sums.f32().fill(0.5);
  const seconds = await bestOf(() =>
    run(program, "multiplyAdd", (thread) => [sums.address + thread * 64, ROUNDS])
  );
  return FLOPS_A_ROUND * ROUNDS * threads / seconds;
}

async function bestOf(run: () => Promise<void>): Promise<number> {
  await run();
  let best = Infinity;
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}
