/**
 * Sliced ELL with staged features: the sparse layer of a network on the GPU.
 *
 * @module
 */
export { slicedEll } from "./sliced_ell.ts";
