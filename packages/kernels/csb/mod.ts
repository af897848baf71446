/**
 * CSB SpMM: A·B and Aᵀ·B from one encoding.
 *
 * @module
 */
export { type BothWays, csb, csbBothWays, csbKernel, type CsbKernelOptions } from "./csb.ts";
export { type CsbSchedule, csbSchedule } from "./csb_schedule.ts";
export { CSB_PARTS, type CsbPart } from "./csb_twice.ts";
