/**
 * CSB SpMM: A·B and Aᵀ·B from one encoding.
 *
 * @module
 */
export { type BothWays, csb, csbBothWays, csbKernel, type CsbKernelOptions } from "./csb.ts";
