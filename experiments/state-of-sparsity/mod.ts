/**
 * What pruning leaves: how uneven, how clustered and how compressible pruned weights are.
 *
 * @module
 */
export { stateOfSparsity } from "./experiment.ts";
