import {
  type GpuLimits,
  lanesFor,
  powerOfTwoFrom,
  QUAD,
  type QuadForm,
  WARP,
  WAVE,
  type WideIo,
} from "@spmm/webgpu";
import { NON_ZERO_BYTES, wordsOfColumns } from "./columns_in_words.ts";
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
}

/** What a layout is chosen by. */
export interface GatherProblem {
  /** The rows of op(A). */
  readonly places: RowPlaces;
  /** The columns. */
  readonly io: Pick<WideIo, "vectors" | "columns">;
  /** How a non-zero lies in workgroup memory. */
  readonly form: QuadForm;
}

/** Two vectors of four columns, or one of eight halves: what a lane keeps where C is wide enough. */
const MOST_COLUMNS_PER_LANE = 8;
const MOST_VECTORS_PER_LANE = 2;
const FEWEST_SLICES = 2;
const MOST_SLICES = 8;
const LARGE_WORKGROUP = 1024;
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
/** Share of lanes that may find no column. */
const MOST_IDLE = 1 / 3;
/** Bytes of where a row starts, and of its length. */
const START_BYTES = 8;

/**
 * A layout in which each workgroup gathers the rows it multiplies in its own memory, or undefined
 * where rows had better be scattered to scratch memory, once for all column tiles: where workgroups
 * follow each other, and each would gather what others have; where rows do not fit; where the longest
 * row would keep its workgroup long after the others. The constants are fitted to an H200.
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
  const lanes = lanesFor(vectors, WARP);
  const tiles = Math.ceil(vectors / (lanes * vectorsPerLane));
  const warps = rows * tiles * lanes / WARP;
  const idle = 1 - vectors / (tiles * lanes * vectorsPerLane);
  if (idle > MOST_IDLE || warps > WAVE) return undefined;
  const slices = Math.min(
    MOST_SLICES,
    Math.max(FEWEST_SLICES, 2 ** Math.round(Math.log2(WAVE / warps))),
  );
  if (keepsWaiting(lengths, quads, slices)) return undefined;
  const waves = slices * warps / WAVE;
  const threads = waves > 1 && waves <= NEARLY_A_WAVE
    ? SMALL_WORKGROUP
    : QUAD * quads * vectors * columns >= LARGE_FROM
    ? LARGE_WORKGROUP
    : MIDDLE_WORKGROUP;
  return fitted({ lanes, vectorsPerLane, slices, threads, tiles }, problem, limits);
}

/** Whether the longest row takes its slices much longer than a row of mean length takes them. */
function keepsWaiting(lengths: Uint32Array, quads: number, slices: number): boolean {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return longest / QUAD > slices * FEW_QUADS && longest / QUAD > MOST_OVER_MEAN * quads;
}

/** The layout with its rows, if the device takes it. */
function fitted(
  wanted: Omit<GatherLayout, "rows" | "groups" | "room">,
  { places: { lengths, quadOffsets }, io: { columns }, form }: GatherProblem,
  limits: GpuLimits,
): GatherLayout | undefined {
  const { lanes, vectorsPerLane, slices } = wanted;
  const threads = Math.min(wanted.threads, limits.maxComputeInvocationsPerWorkgroup);
  const rows = threads / (lanes * slices);
  if (rows < 1) return undefined;
  const groups = Math.ceil(lengths.length / rows);
  let most = 1;
  for (let group = 0; group < groups; group++) {
    const end = Math.min(lengths.length, (group + 1) * rows);
    most = Math.max(most, quadOffsets[end] - quadOffsets[group * rows]);
  }
  const sums = slices > 1 ? threads * vectorsPerLane * wordsOfColumns(columns, form) : 0;
  const needed = Math.max(QUAD * most, sums);
  const left = limits.maxComputeWorkgroupStorageSize - rows * START_BYTES;
  const available = Math.floor(left / NON_ZERO_BYTES[form]);
  // A power of two where there is room: matrices that differ little share a program.
  const room = Math.min(available, powerOfTwoFrom(needed));
  return needed <= available ? { ...wanted, threads, rows, groups, room } : undefined;
}
