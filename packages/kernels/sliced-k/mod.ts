/**
 * Sliced-K SpMM: a row's non-zeros shared by several warps of a workgroup.
 *
 * @module
 */
export { slicedK, slicedKWith } from "./sliced_k.ts";
export { type SlicedKKnobs } from "./sliced_k_knobs.ts";
