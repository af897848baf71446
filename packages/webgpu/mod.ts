/**
 * WebGPU for SpMM: devices, buffers with lifetimes, pipelines, and the half of a kernel that all
 * families share.
 *
 * @module
 */
export {
  DeviceLostError,
  NoAdapterError,
  OutOfMemoryError,
  ShaderError,
  TooLargeError,
  ValidationError,
} from "./errors.ts";
export { type GpuLimits, mostThreads } from "./limits.ts";
export { MATRIX_EXTENT } from "./matrix_units.ts";
export { GpuBuffer, type MemoryUse } from "./gpu_buffer.ts";
export { asGpu, GpuDevice, openGpu, type OpenGpuOptions, tryOpenGpu } from "./gpu_device.ts";
export { type CompiledProgram, PipelineCache, type ProgramSource } from "./pipeline_cache.ts";
export {
  downloadMatrix,
  GpuMatrix,
  gpuMatrix,
  uploadMatrix,
  writeBuffer,
  writeMatrix,
} from "./gpu_matrix.ts";
export {
  type Binding,
  type DataBinding,
  encoding,
  type GpuPass,
  type KernelData,
  passSource,
  type PreparedArray,
  uniform,
} from "./gpu_pass.ts";
export type { PassCommands } from "./pass_commands.ts";
export { type ScratchLease, ScratchPool } from "./scratch_pool.ts";
export { entryPoint } from "./entry_point.ts";
export { isPowerOfTwo, lanesFor, powerOfTwoFrom, powerOfTwoTo } from "./lanes.ts";
export { storedValues } from "./stored_values.ts";
export { unrolled } from "./unrolled.ts";
export { type WgslLoop, wgslLoop } from "./wgsl_loop.ts";
export {
  type DenseTypes,
  denseTypes,
  floatLiteral,
  type ProductIo,
  productIo,
  productVectors,
} from "./product_io.ts";
export { type GpuDesign, gpuKernel, type GpuKernelDefinition, planTogether } from "./gpu_kernel.ts";
export { GpuPlan } from "./gpu_plan.ts";
export { type CsrIo, csrIo } from "./csr_io.ts";
export { GpuTimer, type Recorder, repeatsFor } from "./timing.ts";
export { addQuads, type NonZeroCode, nonZeroCode, writeNonZero } from "./non_zero_code.ts";
export { addSlices, laneVectors, type SliceSums, storeRow } from "./tile_code.ts";
export {
  packRows,
  QUAD,
  type QuadForm,
  quadForm,
  quadOffsetsOf,
  quadWords,
  type RowQuads,
} from "./row_quads.ts";
export { type QuadsScratch, quadsScratch } from "./quads_scratch.ts";
export {
  evenLanes,
  LARGE_WORKGROUP,
  LARGE_WORKGROUPS,
  MULTIPROCESSORS,
  type QuadsKnobs,
  type TurnOrder,
  WARP,
  WAVE,
} from "./quads_knobs.ts";
export { type RowsInBrief, rowsInBrief } from "./rows_in_brief.ts";
export {
  type QuadsInPlace,
  type QuadsProduct,
  quadsProduct,
  type QuadsSource,
} from "./quads_pass.ts";
export type { PreparationBinding, PreparationPass } from "./prepare.ts";
export { freshMemory, type HostMemory, HostMemoryPool } from "./host_memory.ts";
export { type WideIo, wideIo, wideVectors } from "./wide_io.ts";
