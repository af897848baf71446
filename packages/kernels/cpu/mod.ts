/**
 * SpMM on the CPU with WASM SIMD and threads: row-split over CSR, and compressed sparse blocks.
 *
 * @module
 */
export { csbCpu } from "./csb_cpu.ts";
export { rowSplitCpu } from "./row_split_cpu.ts";
