/**
 * Inference of sparse networks: layers of sparse weights over chunks of inputs, on a GPU or the CPU.
 *
 * @module
 */
export { type EqualSupports, equalSupports } from "./equal_supports.ts";
export { NetworkError } from "./errors.ts";
export { checkNetwork, connections, type Network, type NetworkLayer } from "./network.ts";
export {
  type AliveAfter,
  type Edges,
  type Inference,
  type InferenceProgress,
  type InferenceSeconds,
  type InferOptions,
  type NetworkInputs,
  type NetworkPlan,
  type StageNote,
} from "./inference.ts";
export { type PlanOptions, type Strategies } from "./strategies.ts";
