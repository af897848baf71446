/** The limits kernels are planned against, as the device grants them. */
export interface GpuLimits {
  /** Bytes of the largest buffer. */
  readonly maxBufferSize: number;
  /** Bytes of a buffer that a kernel can see at once. */
  readonly maxStorageBufferBindingSize: number;
  /** Bytes that a binding's start must be a multiple of. */
  readonly minStorageBufferOffsetAlignment: number;
  /** Buffers a kernel can see. */
  readonly maxStorageBuffersPerShaderStage: number;
  /** Bytes of memory that the threads of a workgroup share. */
  readonly maxComputeWorkgroupStorageSize: number;
  /** Threads of a workgroup. */
  readonly maxComputeInvocationsPerWorkgroup: number;
  /** Threads of a workgroup along x. */
  readonly maxComputeWorkgroupSizeX: number;
  /** Workgroups along one dimension of a grid. */
  readonly maxComputeWorkgroupsPerDimension: number;
  /**
   * Threads that multiply a matrix of 16×16 halves by another into sums in f32; 0 where the device
   * has no units for that, or no kernel can reach them.
   */
  readonly matrixThreads: number;
}

/**
 * Threads of a workgroup that lies along x, at most.
 *
 * @param limits What the device allows.
 *
 * @example The fewest that WebGPU promises
 * ```ts
 * import { mostThreads } from "@spmm/webgpu";
 * import { LEAST_LIMITS } from "@spmm/webgpu/conformance";
 * import assert from "node:assert/strict";
 *
 * assert.equal(mostThreads(LEAST_LIMITS), 256);
 * ```
 */
export function mostThreads(
  limits: Pick<GpuLimits, "maxComputeInvocationsPerWorkgroup" | "maxComputeWorkgroupSizeX">,
): number {
  return Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
}

const LIMIT_NAMES = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "minStorageBufferOffsetAlignment",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupsPerDimension",
] as const satisfies readonly (keyof GpuLimits)[];

/**
 * Reads the limits from an adapter or device, lowered where the caller wants them lower.
 *
 * @param granted What the adapter or the device says.
 * @param matrixThreads As in {@linkcode GpuLimits}: WebGPU's own limits do not tell.
 * @param ceilings Lower values to plan against: to share a GPU, or to test splitting.
 */
export function readLimits(
  granted: GPUSupportedLimits,
  matrixThreads: number,
  ceilings: Partial<GpuLimits> = {},
): GpuLimits {
  const limit = (name: (typeof LIMIT_NAMES)[number]): number =>
    name === "minStorageBufferOffsetAlignment"
      ? Math.max(granted[name], ceilings[name] ?? 0)
      : Math.min(granted[name], ceilings[name] ?? Infinity);
  return {
    maxBufferSize: limit("maxBufferSize"),
    maxStorageBufferBindingSize: limit("maxStorageBufferBindingSize"),
    minStorageBufferOffsetAlignment: limit("minStorageBufferOffsetAlignment"),
    maxStorageBuffersPerShaderStage: limit("maxStorageBuffersPerShaderStage"),
    maxComputeWorkgroupStorageSize: limit("maxComputeWorkgroupStorageSize"),
    maxComputeInvocationsPerWorkgroup: limit("maxComputeInvocationsPerWorkgroup"),
    maxComputeWorkgroupSizeX: limit("maxComputeWorkgroupSizeX"),
    maxComputeWorkgroupsPerDimension: limit("maxComputeWorkgroupsPerDimension"),
    matrixThreads: Math.min(matrixThreads, ceilings.matrixThreads ?? Infinity),
  };
}

/**
 * The limits to ask of `requestDevice`: all that the adapter has, since a device otherwise comes
 * with the specification's small defaults.
 */
export function requestedLimits(adapter: GPUAdapter): Record<string, number> {
  return Object.fromEntries(LIMIT_NAMES.map((name) => [name, adapter.limits[name]]));
}
