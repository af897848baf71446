/**
 * Sliced ELL with staged features: the sparse layer of a network on the GPU.
 *
 * @module
 */
export { slicedEll } from "./sliced_ell.ts";
export { slicedEllCode } from "./sliced_ell_code.ts";
export { type StagedEll, stagedEll } from "./staged_ell.ts";
export { chooseStaging, type Staging } from "./staging.ts";
