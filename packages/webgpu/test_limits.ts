import type { GpuLimits } from "./limits.ts";

/** Limits of a large GPU, for tests of designs, which need no device. */
export const LARGE_LIMITS: GpuLimits = {
  maxBufferSize: 2 ** 32,
  maxStorageBufferBindingSize: 2 ** 31,
  minStorageBufferOffsetAlignment: 256,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 49_152,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupsPerDimension: 65_535,
  matrixThreads: 32,
};

/** The smallest limits that the WebGPU specification lets a device have. */
export const LEAST_LIMITS: GpuLimits = {
  ...LARGE_LIMITS,
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  matrixThreads: 0,
};
