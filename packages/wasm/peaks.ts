import type { DevicePeaks } from "@spmm/spmm";
import { Assembler, at, general, type VectorBits, ymm, zmm } from "@spmm/x86-64";
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
  machineCode: multiplyAddCode,
};

/** What is copied: several times a last-level cache. */
const COPIED_BYTES = 64 * 2 ** 20;
/** Chains of multiply-adds, enough to hide how long each takes. */
const CHAINS = 12;
const ROUNDS = 2_000_000;
const REPEATS = 7;

/**
 * Measures what the CPU does at best with WASM: bytes copied, reads and writes counted, and SIMD
 * multiply-adds, on all threads together; these by machine code where programs may have some. The
 * best of several repeats stands, after one to warm up.
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
  const seconds = await bestOf(() => run(program, "copy", [from.address, to.address, share]));
  return 2 * share * threads / seconds;
}

async function multiplyAddRate(
  { memory, threads, machineCode }: CpuDevice,
  program: CpuProgram,
  run: RunProgram,
): Promise<number> {
  using own = memory.allocate(threads * 64, "the multiply-adds' operands");
  own.f32().fill(0.5);
  const entry = machineCode === undefined ? "multiplyAdd" : "multiplyAddByMachine";
  const seconds = await bestOf(() => run(program, entry, [own.address, ROUNDS]));
  const lanes = (machineCode ?? 128) / 32;
  return 2 * CHAINS * lanes * ROUNDS * threads / seconds;
}

/** So many rounds of multiply-adds as stand at the job's address. */
function multiplyAddCode(bits: VectorBits): Uint8Array<ArrayBuffer> {
  const { rax, rdi } = general;
  const vectors = bits === 512 ? zmm : ymm;
  const code = new Assembler();
  const round = code.label("a round");
  ymm.forEach((vector) => code.vxorps(vector, vector, vector));
  code.mov(rax, at(rdi));
  code.place(round);
  for (const sum of vectors.slice(0, CHAINS)) code.vfmadd231ps(sum, vectors[14], vectors[15]);
  code.addNumber(rax, -1);
  code.jcc("notEqual", round);
  code.vzeroupper();
  code.ret();
  return code.bytes();
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
