/**
 * Strong scaling of inference over GPUs: time, efficiency, where the time goes, what is to come.
 *
 * @module
 */
export { multiGpuScaling } from "./experiment.ts";
