import type { Dense } from "@spmm/formats";
import type { Device, DevicePeaks, Storage } from "@spmm/spmm";
import { DisposedError, storageOf, UnsupportedError } from "@spmm/spmm";
import { addressOf, type Machine, tryOpenMachine, type VectorBits } from "@spmm/x86-64";
import { CpuMatrix } from "./cpu_matrix.ts";
import { CpuMemory } from "./cpu_memory.ts";
import { processorName } from "./cpu_name.ts";
import { CpuProgram, type ProgramBinaries, readBinary } from "./cpu_program.ts";
import { ProgramError, ThreadsUnavailableError } from "./errors.ts";
import { entryNames, instantiate } from "./instance.ts";
import { MOST_ARGUMENTS } from "./job_board.ts";
import { machineJobs, type PlacedCode } from "./machine_jobs.ts";
import { packedBytes, packProgram } from "./packed_program.ts";
import { measurePeaks } from "./peaks.ts";
import { hasRelaxedSimd } from "./relaxed_simd.ts";
import { type Attendance, ThreadPool } from "./thread_pool.ts";
import { chooseThreads, surroundings } from "./threads.ts";

/** How much of the machine to use. */
export interface OpenCpuOptions {
  /**
   * Threads, the calling one counted; one per hardware thread where absent, and one where workers
   * or shared memory are not allowed. With one thread nothing is shared and no worker starts.
   */
  readonly threads?: number;
  /** Bytes the linear memory may grow to; 4 GiB, all that WASM's addresses reach, where absent. */
  readonly maxBytes?: number;
  /**
   * Whether programs may bring code for the processor itself, which is faster than WASM and has no
   * sandbox, or the widest vectors that it may use. Where absent they do, if Deno was given
   * `--allow-ffi`, on Linux on x86-64 with AVX2.
   */
  readonly machineCode?: boolean | VectorBits;
}

/**
 * Runs a function of a program on every thread. It is told the thread's number, from 0, and behind it
 * the same arguments on all threads: six whole numbers of 32 bits at most, and what stands in the
 * memory where they point.
 *
 * With `early`, it runs on those threads that come before the calling thread's own part has ended.
 * The function must then have done all the work: threads claim it piece by piece, and one that the
 * system wakes late is not waited for. With `alone`, only the calling thread runs it: for work that
 * takes no longer than to wake others.
 *
 * @throws {ProgramError} If there is no such function, or there are more arguments.
 * @throws {ThreadError} If it traps on one of them.
 */
export type RunProgram = (
  program: CpuProgram,
  entry: string,
  args: readonly number[],
  attendance?: Attendance,
) => Promise<void>;

/**
 * Opens the CPU: a linear memory, and threads that run WASM over it.
 *
 * Several threads need workers and shared memory: under Deno `--allow-read` for the worker's file,
 * in a browser a cross-origin isolated page. Where `threads` is absent and they cannot be had, the
 * device works with one. Dispose of it: sleeping workers keep a process alive.
 *
 * @throws {ThreadsUnavailableError} If more threads are asked for than this place allows.
 * @throws {RangeError} If `threads` is no positive integer.
 *
 * @example Two threads
 * ```ts
 * import { openCpu } from "@spmm/wasm";
 * import assert from "node:assert/strict";
 *
 * await using cpu = await openCpu({ threads: 2 });
 * assert.equal(cpu.kind, "cpu");
 * assert.equal(cpu.threads, 2);
 * ```
 */
export async function openCpu(options: OpenCpuOptions = {}): Promise<CpuDevice> {
  const threads = chooseThreads(options.threads, surroundings());
  try {
    return await open(threads, options);
  } catch (error) {
    if (options.threads !== undefined || !(error instanceof ThreadsUnavailableError)) throw error;
    return await open(1, options);
  }
}

async function open(
  threads: number,
  { maxBytes, machineCode = true }: OpenCpuOptions,
): Promise<CpuDevice> {
  const memory = new CpuMemory(threads > 1, maxBytes);
  const pool = await ThreadPool.start(threads, memory.handle);
  const machine = machineCode === false ? undefined : tryOpenMachine();
  machine?.wishForHugePages(addressOf(memory.bytes), memory.maxBytes);
  const widest = machine?.vectorBits;
  const bits = widest === 512 && machineCode === 256 ? 256 : widest;
  return new CpuDevice(await processorName(), memory, pool, machine, bits);
}

/** An open CPU: its memory, its threads and the programs they have loaded. */
export class CpuDevice implements Device {
  /** What kernels ask for. */
  readonly kind = "cpu";
  readonly name: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** The linear memory that matrices and encodings live in. */
  readonly memory: CpuMemory;
  readonly #pool: ThreadPool;
  readonly #machine: Machine | undefined;
  /** Bits of the vectors of programs' machine code, if they may have some. */
  readonly machineCode: VectorBits | undefined;
  readonly #programs = new Map<string, Promise<CpuProgram>>();
  readonly #run: RunProgram = (program, entry, args, attendance = "every") => {
    checkArguments(entry, args);
    return this.#pool.run(program.number, program.entry(entry), args, attendance);
  };
  #queue: Promise<unknown> = Promise.resolve();
  #peaks: Promise<DevicePeaks> | undefined;
  #disposed = false;

  /** Made by {@linkcode openCpu}. */
  constructor(
    processor: string,
    memory: CpuMemory,
    pool: ThreadPool,
    machine: Machine | undefined,
    machineCode: VectorBits | undefined,
  ) {
    this.memory = memory;
    this.#pool = pool;
    this.#machine = machine;
    this.machineCode = machineCode;
    this.name = `${processor}, ${pool.threads} ${pool.threads === 1 ? "thread" : "threads"}`;
    this.facts = {
      processor,
      threads: pool.threads,
      sharedMemory: memory.shared,
      simdBits: machineCode ?? 128,
      machineCode: machineCode !== undefined,
      relaxedSimd: hasRelaxedSimd(),
      maxBytes: memory.maxBytes,
      runtime: globalThis.navigator?.userAgent ?? "unknown",
    };
  }

  /** Threads that work on a job, the calling one counted. */
  get threads(): number {
    return this.#pool.threads;
  }

  /**
   * Loads a program on every thread; a second call answers from memory.
   *
   * @throws {ProgramError} If the binary cannot be read or is no WASM for this device.
   */
  load(binaries: ProgramBinaries): Promise<CpuProgram> {
    const { shared, single } = hasRelaxedSimd() ? binaries.relaxed ?? binaries : binaries;
    const url = this.memory.shared ? shared : single;
    const known = this.#programs.get(url.href);
    if (known !== undefined) return known;
    const loading = this.#load(url, binaries.machineCode);
    this.#programs.set(url.href, loading);
    loading.catch(() => this.#programs.delete(url.href));
    return loading;
  }

  /**
   * Gives `work` the threads for as long as it lasts; others queue behind it in order.
   *
   * @throws {DisposedError} If the device was disposed of before its turn.
   */
  exclusively<Result>(work: (run: RunProgram) => Result | Promise<Result>): Promise<Result> {
    const turn = this.#takeTurn(work, this.#queue);
    this.#queue = turn.then(ignore, ignore);
    return turn;
  }

  /** Resolves when all that was asked for so far has ended, however it ended. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  /**
   * A matrix in this device's memory; its elements are whatever stood there.
   *
   * @throws {MemoryExhaustedError} If there is no room.
   */
  matrix(rows: number, cols: number, storage: Storage = "f32"): CpuMatrix {
    const bytes = rows * cols * Float32Array.BYTES_PER_ELEMENT;
    const buffer = this.memory.allocate(bytes, `a ${rows}x${cols} matrix`);
    return new CpuMatrix(this, rows, cols, storage, buffer);
  }

  /**
   * Copies a matrix from the host into this device's memory, in its own storage unless another is
   * asked for.
   *
   * @throws {MemoryExhaustedError} If there is no room.
   */
  upload(source: Dense, storage: Storage = storageOf(source)): CpuMatrix {
    const matrix = this.matrix(source.rows, source.cols, storage);
    matrix.write(source);
    return matrix;
  }

  peaks(): Promise<DevicePeaks> {
    this.#peaks ??= measurePeaks(this).catch((error) => {
      this.#peaks = undefined;
      throw error;
    });
    return this.#peaks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#queue;
    this.memory.release();
    await this.#pool.stop();
    this.#machine?.[Symbol.dispose]();
  }

  async #takeTurn<Result>(
    work: (run: RunProgram) => Result | Promise<Result>,
    before: Promise<unknown>,
  ): Promise<Result> {
    await before;
    this.#checkAlive();
    return await work(this.#run);
  }

  async #load(url: URL, machineCode: ProgramBinaries["machineCode"]): Promise<CpuProgram> {
    const binary = await readBinary(url);
    this.#checkAlive();
    const code = this.#place(machineCode);
    const { module, entries } = await this.#compile(binary, url, code);
    return await this.exclusively(async () => {
      const bytes = packedBytes(binary.byteLength);
      using packed = this.memory.allocate(bytes, `the binary ${url.pathname}`);
      packProgram(packed.u8(), binary, code?.address ?? 0n);
      const number = await this.#pool.load(entries, packed.address);
      return new CpuProgram(number, entryNames(module));
    });
  }

  /** Places code where it can run, if there is some and it can. */
  #place(machineCode: ProgramBinaries["machineCode"]): PlacedCode | undefined {
    const machine = this.#machine;
    const bits = this.machineCode;
    if (machine === undefined || bits === undefined || machineCode === undefined) return undefined;
    return { machine, address: machine.place(machineCode(bits)) };
  }

  async #compile(binary: ArrayBuffer, url: URL, code: PlacedCode | undefined): Promise<Compiled> {
    const { handle } = this.memory;
    const runJob = code && machineJobs(code, handle);
    try {
      const module = await WebAssembly.compile(binary);
      return { module, entries: instantiate(module, handle, runJob) };
    } catch (error) {
      throw new ProgramError(`Cannot load ${url}: it must be WASM for this memory: ${error}`, {
        cause: error,
      });
    }
  }

  #checkAlive(): void {
    if (this.#disposed) throw new DisposedError(`Cannot use ${this.name}: it was disposed of`);
  }
}

function ignore(): void {}

function checkArguments(entry: string, args: readonly number[]): void {
  if (args.length <= MOST_ARGUMENTS) return;
  throw new ProgramError(
    `Cannot run ${entry}: a function is told ${MOST_ARGUMENTS} numbers at most, and the rest in the ` +
      `memory: received ${args.length}`,
  );
}

interface Compiled {
  readonly module: WebAssembly.Module;
  readonly entries: ReturnType<typeof instantiate>;
}

/**
 * The CPU behind a device handed to a CPU kernel.
 *
 * @throws {UnsupportedError} If it is another kind of device.
 *
 * @example What a kernel does first
 * ```ts
 * import { asCpu, CpuDevice, openCpu } from "@spmm/wasm";
 * import { hostDevice, UnsupportedError } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * await using device = await openCpu({ threads: 1 });
 * assert.ok(asCpu(device) instanceof CpuDevice);
 * assert.throws(() => asCpu(hostDevice), UnsupportedError);
 * ```
 */
export function asCpu(device: Device): CpuDevice {
  if (device instanceof CpuDevice) return device;
  throw new UnsupportedError(
    `Cannot run a CPU kernel: the device must come from openCpu: received ${device.name} (${device.kind})`,
  );
}
