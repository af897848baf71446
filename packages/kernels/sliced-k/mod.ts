/**
 * Sliced-K SpMM: a row's non-zeros shared by several warps of a workgroup.
 *
 * @module
 */
export { slicedK, slicedKWith } from "./sliced_k.ts";
