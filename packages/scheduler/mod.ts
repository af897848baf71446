/**
 * One network on many devices: inputs partitioned, weights duplicated, results gathered; in one
 * process, a process for each GPU of a machine, or a rank for each GPU of many machines.
 *
 * @module
 */
export { type Crew, type CrewRunOptions } from "./crew/crew.ts";
export { type Patience } from "./crew/patience.ts";
export { chooseDevices, type DeviceSituation } from "./devices/choose_devices.ts";
export { type ConfinedDevices, confineDevices, type Confinement } from "./devices/confinement.ts";
export { findGpus, type PhysicalGpu } from "./devices/find_gpus.ts";
export { type WorkerDevice } from "./devices/worker_device.ts";
export {
  DeviceError,
  MpiError,
  SchedulerError,
  ShardError,
  SharedFileError,
  UnfinishedError,
} from "./errors.ts";
export {
  type InferenceDescription,
  inferenceJob,
  type InferenceWishes,
  networkIdentity,
} from "./inference_job.ts";
export {
  type Job,
  type JobProgram,
  type RangeInference,
  type RangeWorker,
  type WorkerSetting,
} from "./job.ts";
export { combineAnswers, type JobResult, type RangeAnswer } from "./job_result.ts";
export { type GuidedChunk, guidedSize } from "./partition/guided.ts";
export { type Partition } from "./partition/partition.ts";
export { shareByWeights } from "./partition/shares.ts";
export {
  predictScaling,
  type ScalingParts,
  type ScalingPrediction,
  type ScalingPredictions,
} from "./predict_scaling.ts";
export { type InputRange, shareOf } from "./ranges.ts";
export { runJob, withCrew } from "./run_job.ts";
export { type CrewOptions, type EngineName, type RunJobOptions } from "./run_options.ts";
export { progressLines, type RunProgress, type WorkerProgress } from "./run_progress.ts";
export { type FaultReport, type RunReport, type WorkerReport } from "./run_report.ts";
export {
  type NamedArray,
  type SharedArray,
  type SharedArrays,
  type SharedSource,
} from "./shared/shared_arrays.ts";
export { type OpenSharedFile, openSharedFile, writeSharedFile } from "./shared/shared_file.ts";
export { networkFrom, shareNetwork } from "./shared/shared_network.ts";
export { type GatheredShards, readShardFolder } from "./shards/shard_folder.ts";
