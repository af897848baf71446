import {
  evenLanes,
  type GpuLimits,
  LARGE_WORKGROUP,
  LARGE_WORKGROUPS,
  mostThreads,
  powerOfTwoFrom,
  powerOfTwoTo,
  QUAD,
  type QuadForm,
  quadWords,
  rowsInBrief,
  WARP,
  WAVE,
  type WideIo,
} from "@spmm/webgpu";
import { wordsOfColumns } from "./columns_in_words.ts";
import type { RowPlaces } from "./ranked_blocks.ts";

/** How workgroups are laid over rows of C whose non-zeros they gather on their own. */
export interface GatherLayout {
  /** Threads beside each other in a row of C. */
  readonly lanes: number;
  /** Vectors of columns a thread keeps, `lanes` apart. */
  readonly vectorsPerLane: number;
  /** Groups of lanes that share a row, each with every `slices`-th of its quads. */
  readonly slices: number;
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Rows of a workgroup, next to each other; a power of two. */
  readonly rows: number;
  /** Workgroups of a column tile. */
  readonly groups: number;
  /** Column tiles; the rows are gathered anew for each. */
  readonly tiles: number;
  /** Non-zeros that workgroup memory has room for; the slices' sums take their place in the end. */
  readonly room: number;
  /** Threads that share a block; a power of two. */
  readonly strands: number;
}

/** What a layout is chosen by. */
export interface GatherProblem {
  /** The rows of op(A). */
  readonly places: RowPlaces;
  /** β. */
  readonly blockSize: number;
  /** Blocks along a line. */
  readonly steps: number;
  /** Entries of the fullest block. */
  readonly fullest: number;
  /** The columns. */
  readonly io: Pick<WideIo, "vectors" | "columns">;
  /** How a non-zero lies in workgroup memory. */
  readonly form: QuadForm;
}

/** Entries that a thread has on their way at once while it gathers. */
export const ENTRIES_AT_ONCE = 4;
/** Two vectors of four columns, or one of eight halves: what a lane keeps where C is wide enough. */
const MOST_COLUMNS_PER_LANE = 8;
const MOST_VECTORS_PER_LANE = 2;
const FEWEST_SLICES = 2;
const MOST_SLICES = 16;
/** Share of large workgroups that must be at work: else smaller ones are. */
const LEAST_SHARE = 0.75;
const MIDDLE_WORKGROUP = 512;
/** Five of these fit a multiprocessor that holds one large workgroup. */
const SMALL_WORKGROUP = 256;
/** Multiplications per row of C from which the many rows of a large workgroup pay. */
const LARGE_FROM = 16_384;
/** Up to so much more than fills the GPU once, small workgroups still run all together. */
const NEARLY_A_WAVE = 1.25;
/** Quads of a row that a slice may take one after the other: so many, */
const FEW_QUADS = 32;
/** or so many times those of a row of mean length. */
const MOST_OVER_MEAN = 4;
/** Loads that the threads of a workgroup may take one after the other to gather its rows. */
const MOST_LOADS = 12;
/** Bytes of where a row starts, and of its length. */
const START_BYTES = 8;

/**
 * A layout in which each workgroup gathers the rows it multiplies in its own memory, or undefined
 * where rows had better be scattered to scratch memory, once for all column tiles: where workgroups
 * follow each other, and each would gather what others have; where rows do not fit; where the longest
 * row would keep its workgroup long after the others; where entries are in few blocks, which few
 * threads would share. The constants are fitted to an H200.
 */
export function gatherLayout(problem: GatherProblem, limits: GpuLimits): GatherLayout | undefined {
  const { places: { lengths, quadOffsets }, io: { vectors, columns } } = problem;
  const rows = lengths.length;
  const quads = quadOffsets[rows] / rows;
  const vectorsPerLane = Math.min(
    MOST_VECTORS_PER_LANE,
    MOST_COLUMNS_PER_LANE / columns,
    Math.ceil(vectors / WARP),
  );
  const lanes = evenLanes({ lanes: WARP, vectorsPerLane }, problem.io);
  const tiles = Math.ceil(vectors / (lanes * vectorsPerLane));
  const warps = rows * tiles * lanes / WARP;
  if (warps > WAVE) return undefined;
  const slices = Math.min(
    MOST_SLICES,
    Math.max(FEWEST_SLICES, 2 ** Math.round(Math.log2(WAVE / warps))),
  );
  if (keepsWaiting(lengths, quads, slices)) return undefined;
  const waves = slices * warps / WAVE;
  const isFilling = slices * warps * WARP / LARGE_WORKGROUP >= LEAST_SHARE * LARGE_WORKGROUPS;
  const threads = waves > 1 && waves <= NEARLY_A_WAVE
    ? SMALL_WORKGROUP
    : QUAD * quads * vectors * columns >= LARGE_FROM && isFilling
    ? LARGE_WORKGROUP
    : MIDDLE_WORKGROUP;
  return fitted({ lanes, vectorsPerLane, slices, threads, tiles }, problem, limits);
}

/** Whether the longest row takes its slices much longer than a row of mean length takes them. */
function keepsWaiting(lengths: Uint32Array, quads: number, slices: number): boolean {
  const { longest } = rowsInBrief(lengths);
  return longest / QUAD > slices * FEW_QUADS && longest / QUAD > MOST_OVER_MEAN * quads;
}

/** The layout with its rows, if the device takes it. */
function fitted(
  wanted: Omit<GatherLayout, "rows" | "groups" | "room" | "strands">,
  problem: GatherProblem,
  limits: GpuLimits,
): GatherLayout | undefined {
  const { places: { lengths, quadOffsets }, io: { columns }, form } = problem;
  const { lanes, vectorsPerLane } = wanted;
  const slices = slicesBeside(wanted);
  const most = mostThreads(limits);
  const together = lanes * slices;
  if (together > most) return undefined;
  const rows = Math.min(
    rowsIn(wanted.threads, lanes * wanted.slices),
    powerOfTwoTo(most / together),
  );
  const threads = rows * together;
  const groups = Math.ceil(lengths.length / rows);
  let quads = 1;
  for (let group = 0; group < groups; group++) {
    const end = Math.min(lengths.length, (group + 1) * rows);
    quads = Math.max(quads, quadOffsets[end] - quadOffsets[group * rows]);
  }
  const sums = slices > 1 ? threads * vectorsPerLane * wordsOfColumns(columns, form) : 0;
  const needed = Math.max(QUAD * quads, sums);
  const left = limits.maxComputeWorkgroupStorageSize - rows * START_BYTES;
  const nonZeroBytes = quadWords(form) / QUAD * Uint32Array.BYTES_PER_ELEMENT;
  const available = QUAD * Math.floor(left / nonZeroBytes / QUAD);
  // A power of two where there is room: matrices that differ little share a program.
  const room = Math.min(available, powerOfTwoFrom(Math.max(QUAD, needed)));
  const { strands, loads } = sharing(problem, threads, rows);
  return needed <= available && loads <= MOST_LOADS
    ? { ...wanted, slices, threads, rows, groups, room, strands }
    : undefined;
}

/**
 * Slices: a tile a little wider than a warp has fewer, so that its workgroups are no larger than
 * those of a tile of one warp, and as many are under way together.
 */
function slicesBeside(
  { lanes, slices, threads }: Pick<GatherLayout, "lanes" | "slices" | "threads">,
): number {
  const fitting = Math.floor(threads / (lanes * rowsIn(threads, lanes * slices)));
  return lanes > WARP && fitting >= FEWEST_SLICES ? Math.min(slices, fitting) : slices;
}

/** The rows, a power of two, that come nearest to so many threads. */
function rowsIn(threads: number, together: number): number {
  return 2 ** Math.max(0, Math.round(Math.log2(threads / together)));
}

/**
 * The threads that share a block, so that together the blocks of a line, a turn each, and the entries
 * of the fullest take the fewest loads one after the other.
 */
function sharing(
  { blockSize, steps, fullest }: GatherProblem,
  threads: number,
  rows: number,
): { readonly strands: number; readonly loads: number } {
  const blocks = Math.max(1, rows / blockSize) * steps;
  const options = Array.from({ length: 1 + Math.floor(Math.log2(threads)) }, (_, bits) => {
    const strands = 2 ** bits;
    const turns = Math.ceil(blocks / Math.floor(threads / strands));
    return { strands, loads: turns + Math.ceil(fullest / (strands * ENTRIES_AT_ONCE)) };
  });
  return options.reduce((best, one) => one.loads < best.loads ? one : best);
}
