/**
 * CSB SpMM: A·B and Aᵀ·B from one encoding.
 *
 * @module
 */
export { type BothWays, csb, csbBothWays, csbKernel } from "./csb.ts";
export { type CsbOptions, type UnpackTo } from "./csb_design.ts";
export { csbWalk, csbWalkKernel, type CsbWalkOptions } from "./csb_walk.ts";
export { type CsbSchedule, csbSchedule } from "./walk_schedule.ts";
export { CSB_PARTS, type CsbPart } from "./walk_twice.ts";
