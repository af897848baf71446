/**
 * Every kernel family on real pruned weights, checked and compared.
 *
 * @module
 */
export { kernelComparison } from "./experiment.ts";
