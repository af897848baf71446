import { type GpuLimits, mostThreads } from "@spmm/webgpu";

/** The sizes that 1-D tiling is specialised to; the names in brackets are Sputnik's. */
export interface Tiling1dKnobs {
  /**
   * Non-zeros in a sparse tile (BlockItemsK): a multiple of 4, the width of a vector load. More of
   * them means fewer barriers per row; fewer means less idle work in rows shorter than a tile.
   */
  readonly tileK: number;
  /**
   * Threads of a subwarp (BlockWidth), which share a strip of one row of C. More of them give a
   * wider strip, and so a sparse tile that is read less often; fewer suit a narrow C.
   */
  readonly lanes: number;
  /**
   * Vectors of adjacent columns per lane (ThreadItemsX over the vector width). More of them keep
   * more rows of B on their way per thread and reuse a non-zero more often, for more registers.
   */
  readonly vectorsPerLane: number;
  /**
   * Subwarps of a workgroup (BlockItemsY), each with a row of its own. They meet at barriers, so
   * the workgroup takes as many steps as its longest row.
   */
  readonly subwarps: number;
}

/** A configuration of 1-D tiling that its kernel, or the device, cannot run. */
export class Tiling1dConfigError extends RangeError {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "Tiling1dConfigError";
}

/**
 * Knobs that have been found legal on a device, and what follows from them.
 *
 * @example A warp of four subwarps
 * ```ts
 * import { Tiling1dConfig, Tiling1dConfigError } from "@spmm/tiling-1d";
 * import assert from "node:assert/strict";
 *
 * const limits = {
 *   maxComputeInvocationsPerWorkgroup: 256,
 *   maxComputeWorkgroupSizeX: 256,
 *   maxComputeWorkgroupStorageSize: 16384,
 * };
 * const knobs = { tileK: 32, lanes: 8, vectorsPerLane: 2, subwarps: 4 };
 * assert.equal(new Tiling1dConfig(knobs, limits).threads, 32);
 * assert.throws(() => new Tiling1dConfig({ ...knobs, tileK: 30 }, limits), Tiling1dConfigError);
 * ```
 */
export class Tiling1dConfig implements Tiling1dKnobs {
  /** Non-zeros in a sparse tile. */
  readonly tileK: number;
  /** Threads of a subwarp. */
  readonly lanes: number;
  /** Vectors of adjacent columns per lane. */
  readonly vectorsPerLane: number;
  /** Subwarps of a workgroup. */
  readonly subwarps: number;

  /**
   * Checks knobs against each other and a device.
   *
   * @param knobs The sizes.
   * @param limits What the device allows.
   * @throws {Tiling1dConfigError} If the kernel or the device cannot run them.
   */
  constructor(knobs: Tiling1dKnobs, limits: WorkgroupLimits) {
    const fault = faultOf(knobs, limits);
    if (fault !== undefined) {
      throw new Tiling1dConfigError(`Cannot configure 1-D tiling: ${fault}`);
    }
    this.tileK = knobs.tileK;
    this.lanes = knobs.lanes;
    this.vectorsPerLane = knobs.vectorsPerLane;
    this.subwarps = knobs.subwarps;
  }

  /** Threads of a workgroup. */
  get threads(): number {
    return threadsOf(this);
  }

  /** Vector loads that fetch the values, or the indices, of a sparse tile. */
  get tileQuads(): number {
    return this.tileK / 4;
  }

  /** Vectors of columns in the strip of a subwarp. */
  get tileVectors(): number {
    return this.lanes * this.vectorsPerLane;
  }
}

/** The limits of a device that bear on a workgroup. */
export type WorkgroupLimits = Pick<
  GpuLimits,
  | "maxComputeInvocationsPerWorkgroup"
  | "maxComputeWorkgroupSizeX"
  | "maxComputeWorkgroupStorageSize"
>;

/** What makes knobs illegal on a device, or undefined where nothing does. */
export function faultOf(knobs: Tiling1dKnobs, limits: WorkgroupLimits): string | undefined {
  for (const [name, value] of Object.entries(knobs)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      return `${name} must be a positive integer: received ${value}`;
    }
  }
  if (knobs.tileK % 4 !== 0) {
    return `tileK must be a multiple of 4, the width of a vector load: received ${knobs.tileK}`;
  }
  const most = mostThreads(limits);
  if (threadsOf(knobs) > most) {
    return `lanes times subwarps must be at most ${most}: received ${threadsOf(knobs)}`;
  }
  if (workgroupBytes(knobs) > limits.maxComputeWorkgroupStorageSize) {
    return `sparse tiles must fit ${limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory: ` +
      `received ${workgroupBytes(knobs)}`;
  }
  return undefined;
}

function threadsOf({ lanes, subwarps }: Tiling1dKnobs): number {
  return lanes * subwarps;
}

/** A value and an offset per non-zero, 4 bytes each. */
function workgroupBytes({ tileK, subwarps }: Tiling1dKnobs): number {
  return 8 * tileK * subwarps;
}
