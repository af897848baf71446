/**
 * Inference of sparse networks: layers of sparse weights over chunks of inputs, on a GPU or the CPU.
 *
 * @module
 */
export { planCpuNetwork } from "./cpu/plan_cpu_network.ts";
export { type EqualSupports, equalSupports } from "./equal_supports.ts";
export { planGpuNetwork } from "./gpu/plan_gpu_network.ts";
export { GpuNetworkPlan } from "./gpu/gpu_network_plan.ts";
export { deduplicate, type Deduplicated } from "./deduplicate.ts";
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
  type StageWork,
} from "./inference.ts";
export { INPUT_HELP, type InputSource, parseInputSource } from "./sources/input_source.ts";
export { SourceError } from "./sources/errors.ts";
export { type LayerProgress } from "./sources/network_manifest.ts";
export {
  NETWORK_HELP,
  networkOrigin,
  type NetworkSource,
  parseNetworkSource,
} from "./sources/network_source.ts";
export { type OpenInputs, openInputs, type Truth } from "./sources/open_inputs.ts";
export { type NetworkIdentity, type OpenNetwork, openNetwork } from "./sources/open_network.ts";
export { checkInference, type InferenceAgreement } from "./reference_agreement.ts";
export { type ReferenceInference, referenceInference } from "./reference_inference.ts";
export { saturatesFrom } from "./saturates_from.ts";
export { planNetwork } from "./plan_network.ts";
export { stageBound } from "./stage_bound.ts";
export { type PlanOptions, type Strategies } from "./strategies.ts";
export { zeroStaysZeroFrom } from "./zero_stays_zero.ts";
