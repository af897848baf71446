import { ShapeError } from "@spmm/spmm";
import { type GpuLimits, isPowerOfTwo, MULTIPROCESSORS, WARP } from "@spmm/webgpu";
import {
  fits,
  type GemmTile,
  marginSumsOf,
  sliceThreadsOf,
  threadsOf,
  tilesOf,
  VECTOR,
  widthOf,
  workgroupBytesOf,
} from "./gemm_tile.ts";

/** A tile, and how many workgroups share one. */
export interface GemmKnobs extends GemmTile {
  /**
   * Workgroups that share a tile of C, each with its part of k; above 1 a second pass adds their
   * sums. Fewer where k has fewer steps of `depth`, or the sums exceed a binding.
   */
  readonly split: number;
}

/** What of a tile the passes depend on, and how many workgroups share one. */
export type SplitTile = Pick<GemmKnobs, "rows" | "columns" | "depth" | "split">;

/** What a product looks like to the knobs. */
export interface GemmShape {
  readonly m: number;
  readonly k: number;
  /** Vectors of columns in a row of C. */
  readonly vectors: number;
  /** Columns of a vector. */
  readonly columns: number;
}

const BLOCK = {
  threadRows: 8,
  threadColumns: 8,
  margin: 0,
  slices: 1,
  buffers: 1,
  depth: 16,
} as const;
/** Where tiles are few, slices give a multiprocessor more warps to switch between, */
const SLICED = { ...BLOCK, depth: 32 } as const;
/** and a second pair of tiles saves them a barrier a step. */
const BUFFERED = { ...SLICED, slices: 4, buffers: 2 } as const;

/** Blocks twice as high leave room for a single workgroup, whose slices share its tiles. */
const LARGE: GemmTile = {
  ...BLOCK,
  ...{ rows: 128, columns: 128, threadRows: 16, slices: 2, buffers: 2 },
};

/** The tile that asks least of a device: it runs wherever WebGPU does. */
export const LEAST: GemmTile = { ...BLOCK, rows: 64, columns: 32, threadColumns: 4 };

/**
 * Tiles to choose among, the one preferred at equal cost first. A larger tile copies less of A and B
 * per multiply-add; a smaller one leaves less of a small C unused and makes more workgroups. For each
 * of 26 products that were timed on an H200 one of the first five is within 4 % of the fastest.
 */
const TILES: readonly GemmTile[] = [
  LARGE,
  { ...BLOCK, rows: 128, columns: 64 },
  { ...BLOCK, rows: 64, columns: 128 },
  { ...BUFFERED, rows: 64, columns: 64 },
  { ...BUFFERED, rows: 64, columns: 32 },
  { ...SLICED, rows: 64, columns: 64, slices: 2 },
  { ...SLICED, rows: 64, columns: 32, slices: 4 },
];
/** And where some of these take more than a device has. */
const SPARE_TILES: readonly GemmTile[] = [{ ...BLOCK, rows: 64, columns: 64 }, LEAST];

function tilesFor(limits: GpuLimits): readonly GemmTile[] {
  const fitting = TILES.filter((tile) => fits(tile, limits));
  if (fitting.length === TILES.length) return TILES;
  const spare = SPARE_TILES.filter((tile) => fits(tile, limits));
  return fitting.length + spare.length > 0 ? [...fitting, ...spare] : [LEAST];
}

/** What no tile pads a matrix further than. */
export const MOST_PADDED: Pick<GemmTile, "rows" | "depth"> = {
  rows: Math.max(...TILES.map(({ rows }) => rows)),
  depth: Math.max(...TILES.map(({ depth }) => depth)),
};

/** Parts a tile may be shared out in. */
const SPLITS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16];

/**
 * An H200, in clocks of a multiprocessor: WebGPU tells nothing of the kind about a device. What
 * waits, starts and copies cost is fitted to the times of 27 variants at ten shapes: four of five
 * estimates are within 5 % of the time measured, in f32.
 */
const SCHEDULERS = 4;
const REGISTERS = 65_536;
/** Registers of a thread beside its sums: with blocks of 8×8, 8 warps and no more run at a time. */
const REGISTERS_BESIDE = 176;
/** Instructions that take a vector of A or B to workgroup memory: addresses, edges, two copies. */
const COPYING = 26;
/** And those of a vector of the margin at one depth, whose two reads serve no other. */
const MARGIN_SUM = 12;
/** What a step waits for its tiles, after which its instructions begin. */
const WAIT_CLOCKS = 560;
/** What each warp of a workgroup adds to that: a barrier ends with the last one. */
const WARP_WAIT_CLOCKS = 26;
/** What of both is left with one barrier a step in place of two. */
const WAIT_OF_BUFFERED = 0.55;
/** Start of a workgroup: its first tiles, and in the end its sums. */
const START_CLOCKS = 2500;
/** A round in which the slices of a workgroup hand in sums, and each adds some of them up. */
const ROUND_CLOCKS = 180;
/** Start of a second pass, with the wait for the first one. */
const SECOND_PASS_CLOCKS = 6900;
/** Bytes of partial sums that a multiprocessor writes or reads, most of them in cache. */
const BYTES_PER_CLOCK = 40;

/** The estimate tells no smaller differences apart; within them less split is less memory. */
const TOLERANCE = 1.03;

/**
 * The knobs that an estimate of the time finds fastest, split no further than that takes.
 *
 * @param shape The product.
 * @param limits What the device allows.
 */
export function chooseKnobs(shape: GemmShape, limits: GpuLimits): GemmKnobs {
  const tiles = tilesFor(limits).flatMap((tile) => [tile, ...widened(tile, shape, limits)]);
  const candidates = tiles.flatMap((tile) =>
    SPLITS.map((split) => {
      const knobs = withinReach({ ...tile, split }, shape, limits);
      return { knobs, clocks: estimatedClocks(knobs, shape) };
    })
  );
  const enough = TOLERANCE * Math.min(...candidates.map(({ clocks }) => clocks));
  const [best] = candidates.filter(({ clocks }) => clocks <= enough)
    .sort((one, other) => one.knobs.split - other.knobs.split || one.clocks - other.clocks);
  return best.knobs;
}

/** What of a tile's columns a margin may add: more takes as long as another column of tiles. */
const MOST_MARGIN = 1 / 4;

/** A tile with a margin that spares C a column of tiles, where there is one and a device has room. */
function widened(tile: GemmTile, shape: GemmShape, limits: GpuLimits): GemmTile[] {
  const across = Math.ceil(shape.vectors * VECTOR / tile.columns) - 1;
  if (across < 1) return [];
  const whole = VECTOR * Math.max(1, sliceThreadsOf(tile) / tile.rows);
  const missing = Math.ceil(shape.vectors / across) * VECTOR - tile.columns;
  const wider = { ...tile, margin: Math.ceil(missing / whole) * whole };
  return wider.margin <= tile.columns * MOST_MARGIN && fits(wider, limits) ? [wider] : [];
}

/**
 * Knobs with the split lowered until every part has a step and the partial sums fit a binding.
 */
export function withinReach<Knobs extends SplitTile>(
  knobs: Knobs,
  shape: GemmShape,
  limits: GpuLimits,
): Knobs {
  const steps = stepsOf(knobs, shape);
  const affordable = Math.floor(limits.maxStorageBufferBindingSize / bytesOfSums(shape));
  const most = Math.max(1, Math.min(knobs.split, affordable, steps));
  return { ...knobs, split: steps === 0 ? 1 : Math.ceil(steps / Math.ceil(steps / most)) };
}

/** Bytes of the partial sums of a split product, in f32 whatever the storage. */
export function partialBytesOf({ split }: SplitTile, shape: GemmShape): number {
  return split === 1 ? 0 : split * bytesOfSums(shape);
}

function bytesOfSums({ m, vectors, columns }: GemmShape): number {
  return m * vectors * columns * Float32Array.BYTES_PER_ELEMENT;
}

function stepsOf({ depth }: SplitTile, { k }: GemmShape): number {
  return Math.ceil(k / depth);
}

/** Steps along k that a workgroup takes at most. */
export function partStepsOf(knobs: SplitTile, shape: GemmShape): number {
  return Math.ceil(stepsOf(knobs, shape) / knobs.split);
}

/**
 * Clocks of a product on an H200: the workgroups of the busiest multiprocessor, as many at a time as
 * it has registers for, step by step, each step its instructions and a wait; then the second pass.
 */
export function estimatedClocks(knobs: GemmKnobs, shape: GemmShape): number {
  const workgroups = tilesOf(knobs, shape.m, shape.vectors) * knobs.split;
  const mine = Math.ceil(workgroups / MULTIPROCESSORS);
  const rounds = Math.ceil(mine / residentWorkgroups(knobs));
  const warps = Math.max(1, threadsOf(knobs) / WARP);
  const shared = mine * warps / SCHEDULERS;
  const alone = rounds * Math.ceil(warps / SCHEDULERS);
  const wait = (WAIT_CLOCKS + warps * WARP_WAIT_CLOCKS) *
    (knobs.buffers === 2 ? WAIT_OF_BUFFERED : 1);
  const step = Math.max(shared, alone) * stepInstructions(knobs) + rounds * wait;
  const ends = START_CLOCKS + sliceRounds(knobs) * ROUND_CLOCKS;
  return partStepsOf(knobs, shape) * step + rounds * ends + secondPassClocks(knobs, shape);
}

function sliceRounds({ threadRows, threadColumns, slices }: GemmTile): number {
  return slices === 1 ? 0 : threadRows * threadColumns / VECTOR / slices;
}

/** Instructions of a thread in a step: multiply-adds, their operands, and its share of the copying. */
function stepInstructions(tile: GemmTile): number {
  const { rows, depth, threadRows, threadColumns, slices } = tile;
  const reads = (threadRows + threadColumns) / VECTOR;
  const copies = Math.ceil((rows + widthOf(tile)) * depth / VECTOR / threadsOf(tile));
  const margin = marginSumsOf(tile) * MARGIN_SUM;
  return depth / slices * (threadRows * threadColumns + reads + margin) + copies * COPYING;
}

/**
 * Workgroups that a multiprocessor has registers for at once. With a second pair of tiles two were
 * seen to be hardly faster beside each other than one after the other.
 */
function residentWorkgroups(tile: GemmTile): number {
  if (tile.buffers === 2) return 1;
  const registers = tile.threadRows * tile.threadColumns + REGISTERS_BESIDE;
  return Math.max(1, Math.floor(REGISTERS / (threadsOf(tile) * registers)));
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
  const { rows, columns, depth, threadRows, threadColumns, slices, buffers, margin, split } = knobs;
  const powers = { rows, columns, depth, threadRows, threadColumns, slices, buffers };
  for (const [name, value] of Object.entries(powers)) {
    if (!isPowerOfTwo(value)) refuse(`${name} a power of two`, value);
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
  if (!(margin >= 0) || margin % VECTOR !== 0 || !Number.isInteger(marginSumsOf(knobs))) {
    refuse("a margin of whole vectors, as many for each thread", received);
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
