/**
 * The CPU as a device: WASM with SIMD over a linear memory, on one thread or several.
 *
 * @module
 */
export { asCpu, CpuDevice, openCpu, type OpenCpuOptions, type RunProgram } from "./cpu_device.ts";
export { CpuMatrix } from "./cpu_matrix.ts";
export { CpuBuffer, CpuMemory } from "./cpu_memory.ts";
export { CpuProgram, type ProgramBinaries } from "./cpu_program.ts";
export {
  MemoryExhaustedError,
  ProgramError,
  ThreadError,
  ThreadsUnavailableError,
} from "./errors.ts";
export { splitByNonZeros } from "./split_by_non_zeros.ts";
export type { Attendance } from "./thread_pool.ts";
