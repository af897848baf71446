/** What Dawn calls the feature until WebGPU has one (https://github.com/gpuweb/gpuweb/issues/4195). */
const NAME: string = "chromium-experimental-subgroup-matrix";
const FEATURE = NAME as GPUFeatureName;
const ENABLE = "enable chromium_experimental_subgroup_matrix;";
/** A warp's number is uniform within it, which the analysis of uniformity cannot know. */
const UNIFORM_IN_WARP = "diagnostic(off, chromium.subgroup_matrix_uniformity);";

/** The names that programs for such units are made of. */
const USED = /\bsubgroup_matrix_/;

/** Rows, columns and depth of the matrices that are multiplied at once. */
export const MATRIX_EXTENT = 16;

/** A kind of product that the units of an adapter know, as Dawn lists them. */
interface Config {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly componentType: string;
  readonly resultComponentType: string;
}

/**
 * The feature by which kernels reach units that multiply small matrices, such as tensor cores, where
 * an adapter has it: an experiment of Dawn, for which unsafe features must be allowed.
 */
export function matrixFeature({ features }: Pick<GPUAdapter, "features">): GPUFeatureName[] {
  return features.has(FEATURE) ? [FEATURE] : [];
}

/**
 * Threads that multiply a matrix of 16×16 halves by another into sums in f32; 0 where a device has
 * no units for that.
 *
 * @param info What the adapter says of itself.
 * @param device The device's features.
 */
export function matrixThreads(
  info: GPUAdapterInfo & { readonly subgroupMatrixConfigs?: Iterable<Config> },
  { features }: Pick<GPUDevice, "features">,
): number {
  const { subgroupMinSize, subgroupMaxSize, subgroupMatrixConfigs = [] } = info;
  const isReady = features.has(FEATURE) && features.has("shader-f16") &&
    subgroupMinSize === subgroupMaxSize;
  return isReady && [...subgroupMatrixConfigs].some(isOfHalves) ? subgroupMaxSize : 0;
}

function isOfHalves({ M, N, K, componentType, resultComponentType }: Config): boolean {
  return [M, N, K].every((extent) => extent === MATRIX_EXTENT) &&
    componentType === "f16" && resultComponentType === "f32";
}

/** Whether a program multiplies by such units: then it has halves, whatever its bindings are. */
export function usesMatrixUnits(code: string): boolean {
  return USED.test(code);
}

/** The directives of a program that does. */
export const MATRIX_DIRECTIVES = `${ENABLE}\n${UNIFORM_IN_WARP}\n`;
