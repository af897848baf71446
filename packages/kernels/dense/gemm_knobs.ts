import { ShapeError } from "@spmm/spmm";
import type { GpuLimits } from "@spmm/webgpu";
import { fits, type GemmTile, threadsOf, tilesOf, VECTOR, workgroupBytesOf } from "./gemm_tile.ts";

/** A tile, and how many workgroups share one. */
export interface GemmKnobs extends GemmTile {
  /**
   * Workgroups that share a tile of C, each with its part of k; above 1 a second pass adds their
   * sums. Fewer where k has fewer steps of `depth`, or the sums exceed a binding.
   */
  readonly split: number;
}

/** What a product looks like to the knobs. */
export interface GemmShape {
  readonly m: number;
  readonly k: number;
  /** Vectors of columns in a row of C. */
  readonly vectors: number;
  /** Columns of a vector. */
  readonly columns: number;
}

const LARGE_BLOCK = { threadRows: 8, threadColumns: 8, slices: 1, buffers: 1, depth: 16 } as const;
/** Where tiles are few, slices give a multiprocessor more warps to switch between. */
const SLICED = { ...LARGE_BLOCK, slices: 4, depth: 32 } as const;
const SMALL_BLOCK = { threadRows: 4, threadColumns: 4, slices: 1, buffers: 1, depth: 16 } as const;

/**
 * Tiles to choose among, the one preferred at equal cost first. A larger tile reads less of A and B
 * from memory per multiply-add; a smaller one leaves less of a narrow C unused and makes more
 * workgroups. The last one runs wherever WebGPU does.
 */
const TILES: readonly GemmTile[] = [
  { rows: 128, columns: 128, ...LARGE_BLOCK },
  { rows: 64, columns: 128, ...LARGE_BLOCK },
  { rows: 128, columns: 64, ...LARGE_BLOCK },
  { rows: 64, columns: 64, ...LARGE_BLOCK },
  { rows: 64, columns: 64, ...SLICED },
  { rows: 64, columns: 32, ...SLICED },
  { rows: 64, columns: 32, ...SMALL_BLOCK, threadRows: 8 },
  { rows: 32, columns: 32, ...SMALL_BLOCK },
];

/** Parts a tile may be shared out in. */
const SPLITS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16];

/** An H200, in clocks of a multiprocessor: WebGPU tells nothing of the kind about a device. */
const MULTIPROCESSORS = 132;
const SCHEDULERS = 4;
const WARP = 32;
/** Registers of a thread beside its sums: operands, the tiles under way, addresses. */
const REGISTERS_BESIDE = 64;
const REGISTERS = 65_536;
/** Instructions of an inner step that are no multiply-adds or reads: its share of the copying. */
const COPYING = 4;
/** From asking for the next tiles until they have come. */
const MEMORY_CLOCKS = 700;
/** Two barriers and the first reads after them. */
const BARRIER_CLOCKS = 150;
/** Bytes a multiprocessor gets from the second-level cache, when all of them ask and multiply. */
const BYTES_PER_CLOCK = 16;
/** Start of a second pass, with the wait for the first one. */
const SECOND_PASS_CLOCKS = 6000;

/**
 * The knobs that an estimate of the time finds fastest.
 *
 * @param shape The product.
 * @param limits What the device allows.
 */
export function chooseKnobs(shape: GemmShape, limits: GpuLimits): GemmKnobs {
  const fitting = TILES.filter((tile) => fits(tile, limits));
  const candidates = (fitting.length > 0 ? fitting : TILES.slice(-1)).flatMap((tile) =>
    SPLITS.map((split) => withinReach({ ...tile, split }, shape, limits))
  );
  const clocks = candidates.map((knobs) => estimatedClocks(knobs, shape));
  return candidates[clocks.indexOf(Math.min(...clocks))];
}

/**
 * Knobs with the split lowered until every part has a step and the partial sums fit a binding.
 */
export function withinReach(knobs: GemmKnobs, shape: GemmShape, limits: GpuLimits): GemmKnobs {
  const steps = stepsOf(knobs, shape);
  const affordable = Math.floor(limits.maxStorageBufferBindingSize / bytesOfSums(shape));
  const most = Math.max(1, Math.min(knobs.split, affordable, steps));
  return { ...knobs, split: steps === 0 ? 1 : Math.ceil(steps / Math.ceil(steps / most)) };
}

/** Bytes of the partial sums of a split product, in f32 whatever the storage. */
export function partialBytesOf({ split }: GemmKnobs, shape: GemmShape): number {
  return split === 1 ? 0 : split * bytesOfSums(shape);
}

function bytesOfSums({ m, vectors, columns }: GemmShape): number {
  return m * vectors * columns * Float32Array.BYTES_PER_ELEMENT;
}

function stepsOf({ depth }: GemmTile, { k }: GemmShape): number {
  return Math.ceil(k / depth);
}

/** Steps along k that a workgroup takes at most. */
export function partStepsOf(knobs: GemmKnobs, shape: GemmShape): number {
  return Math.ceil(stepsOf(knobs, shape) / knobs.split);
}

/**
 * Clocks of a product on an H200: the workgroups of the busiest multiprocessor, step by step, each
 * step bound by instructions, by the cache, or by the wait for the next tiles; then the second pass.
 */
function estimatedClocks(knobs: GemmKnobs, shape: GemmShape): number {
  const { rows, columns, depth, threadRows, threadColumns, slices, split } = knobs;
  const workgroups = tilesOf(knobs, shape.m, shape.vectors) * split;
  const mine = Math.ceil(workgroups / MULTIPROCESSORS);
  const rounds = Math.ceil(mine / residentWorkgroups(knobs));
  const warps = Math.max(1, threadsOf(knobs) / WARP);
  const reads = (threadRows + threadColumns) / VECTOR;
  const instructions = depth / slices * (threadRows * threadColumns + reads + COPYING);
  const issued = mine * instructions * warps / SCHEDULERS;
  const alone = Math.max(instructions * Math.ceil(warps / SCHEDULERS), MEMORY_CLOCKS);
  const cached = mine * (rows + columns) * depth * Float32Array.BYTES_PER_ELEMENT /
    BYTES_PER_CLOCK;
  const step = Math.max(issued, cached, rounds * (alone + BARRIER_CLOCKS));
  return partStepsOf(knobs, shape) * step + rounds * sliceClocks(knobs) +
    secondPassClocks(knobs, shape);
}

/** Workgroups that a multiprocessor has registers for at once. */
function residentWorkgroups(tile: GemmTile): number {
  const registers = tile.threadRows * tile.threadColumns + REGISTERS_BESIDE;
  return Math.max(1, Math.floor(REGISTERS / (threadsOf(tile) * registers)));
}

/** Slices add their sums in rounds, two barriers each. */
function sliceClocks({ threadRows, threadColumns, slices }: GemmTile): number {
  return slices === 1 ? 0 : threadRows * threadColumns / VECTOR / slices * BARRIER_CLOCKS;
}

/** Partial sums are written and read again. */
function secondPassClocks(knobs: GemmKnobs, shape: GemmShape): number {
  if (knobs.split === 1) return 0;
  const bytes = 2 * partialBytesOf(knobs, shape);
  return SECOND_PASS_CLOCKS + bytes / (MULTIPROCESSORS * BYTES_PER_CLOCK);
}

/**
 * Knobs that a kernel can be made of.
 *
 * @throws {ShapeError} If they do not divide each other as they must.
 */
export function requireKnobs(knobs: GemmKnobs): void {
  const { rows, columns, depth, threadRows, threadColumns, slices, buffers, split } = knobs;
  const powers = { rows, columns, depth, threadRows, threadColumns, slices, buffers };
  for (const [name, value] of Object.entries(powers)) {
    if (!Number.isInteger(Math.log2(value)) || value < 1) refuse(`${name} a power of two`, value);
  }
  const received = JSON.stringify(knobs);
  if (buffers > 2) refuse("buffers 1 or 2", buffers);
  if (!Number.isInteger(split) || split < 1) refuse("split a positive integer", split);
  if (Math.min(threadRows, threadColumns) < VECTOR) {
    refuse(`threadRows and threadColumns at least ${VECTOR}`, received);
  }
  if (threadRows > rows || threadColumns > columns) refuse("a block within its tile", received);
  if (slices > depth || slices > threadRows * threadColumns / VECTOR) {
    refuse("no more slices than depth and than vectors in a block", received);
  }
}

function refuse(rule: string, received: number | string): never {
  throw new ShapeError(`Cannot set up a dense product: it takes ${rule}: received ${received}`);
}

/** Why a device cannot run a tile, or undefined where it can. */
export function reasonAgainst(tile: GemmTile, limits: GpuLimits): string | undefined {
  if (fits(tile, limits)) return undefined;
  return `a workgroup of ${threadsOf(tile)} threads with ${workgroupBytesOf(tile)} bytes of ` +
    `workgroup memory is more than this device has`;
}
