import { csbBlockPointers, csbGrid, type CsbShape, type Csr, orderByLength } from "@spmm/formats";
import { extents, type SpmmProblem } from "@spmm/spmm";
import {
  type Binding,
  encoding,
  type GpuDesign,
  type GpuLimits,
  powerOfTwoFrom,
  quadForm,
  quadsProduct,
  quadsScratch,
  rowsInBrief,
  uniform,
  wideIo,
  wideVectors,
} from "@spmm/webgpu";
import { blockLines } from "./block_lines.ts";
import { entryType } from "./entry_code.ts";
import { type GatherLayout, gatherLayout } from "./gather_layout.ts";
import { gatherRows } from "./gather_wgsl.ts";
import {
  fullestBlock,
  lengthsOf,
  type RankedBlocks,
  rankedBlocks,
  type RowPlaces,
  rowPlaces,
} from "./ranked_blocks.ts";
import { AT_ONCE, scatterBlocks } from "./scatter_wgsl.ts";

/**
 * β: as small as leaves a row of a block this many entries. Small blocks lie in short lines, of which
 * a workgroup reads little that is not its own; beyond, their pointers would weigh as much as entries.
 */
const ENTRIES_OF_A_ROW = 0.6;
const LEAST_BLOCK_SIZE = 16;
const MOST_BLOCK_SIZE = 128;
/** Threads of a workgroup that scatters, and how many of them share a block at least. */
const SCATTER_THREADS = 256;
const LEAST_STRANDS = 8;
/** Pointers a non-zero beyond which blocks are mostly empty and CSB is the wrong format. */
const MOST_BLOCKS_PER_NON_ZERO = 8;
const SMALL_GRID = 1 << 16;

/** Where blocks become rows: in the memory of the workgroups that multiply them, or in scratch. */
export type UnpackTo = "workgroup" | "scratch";

/** What can be set of CSB. */
export interface CsbOptions {
  /** Unique among registered kernels; `csb` where absent. */
  readonly name?: string;
  /** β, a power of two from 16 to 512; 16 to 128 by the share of non-zeros where absent. */
  readonly blockSize?: number;
  /** Where blocks become rows; chosen where absent. */
  readonly unpackTo?: UnpackTo;
  /**
   * How often blocks are unpacked before a product, 1 where absent: what a second time adds is what
   * unpacking costs.
   */
  readonly unpackings?: number;
}

/** Encodes A as the options and the problem say. */
export function encode(problem: SpmmProblem, { blockSize }: CsbOptions): RankedBlocks {
  return rankedBlocks(problem, blockSize ?? blockSizeFor(problem.a));
}

function blockSizeFor(a: Csr): number {
  const density = a.values.length / Math.max(1, a.rows * a.cols);
  const wanted = powerOfTwoFrom(ENTRIES_OF_A_ROW / density);
  return Math.min(MOST_BLOCK_SIZE, Math.max(LEAST_BLOCK_SIZE, wanted));
}

/** Why the kernel does not take a problem, or undefined where it does. */
export function refuses(
  problem: SpmmProblem,
  limits: GpuLimits,
  { blockSize = blockSizeFor(problem.a), unpackTo }: CsbOptions,
): string | undefined {
  const { a } = problem;
  const shape = { rows: a.rows, cols: a.cols, blockSize };
  const { blockRows, blockCols } = csbGrid(shape);
  const blocks = blockRows * blockCols;
  const nonZeros = a.values.length;
  if (blocks > SMALL_GRID && blocks > MOST_BLOCKS_PER_NON_ZERO * nonZeros) {
    return `${blocks} blocks of ${blockSize}x${blockSize} for ${nonZeros} non-zeros: more than ` +
      `${MOST_BLOCKS_PER_NON_ZERO} each, so that their pointers outweigh the matrix`;
  }
  const isEmpty = extents(problem).m === 0 || problem.n === 0;
  if (unpackTo === "workgroup" && !isEmpty && !couldGather(problem, limits, shape)) {
    return "its rows do not go well into workgroup memory: take scratch, or leave the choice";
  }
  return undefined;
}

function couldGather(problem: SpmmProblem, limits: GpuLimits, shape: CsbShape): boolean {
  const { a, transpose = false } = problem;
  const fullest = fullestBlock(csbBlockPointers(a, shape.blockSize));
  const places = rowPlaces(lengthsOf(a), transpose);
  return layoutFor(problem, limits, places, { ...shape, fullest }) !== undefined;
}

/** The design of the kernel for a problem and its encoding. */
export function inspect(
  problem: SpmmProblem,
  limits: GpuLimits,
  blocks: RankedBlocks,
  { unpackTo, unpackings = 1 }: CsbOptions,
): GpuDesign {
  const places = rowPlaces(blocks.lengths, problem.transpose ?? false);
  const layout = unpackTo === "scratch" ? undefined : layoutFor(problem, limits, places, blocks);
  return layout === undefined
    ? scattered(problem, limits, blocks, places, unpackings)
    : gathered(problem, blocks, places, layout, unpackings);
}

function layoutFor(
  problem: SpmmProblem,
  limits: GpuLimits,
  places: RowPlaces,
  blocks: CsbShape & Pick<RankedBlocks, "fullest">,
): GatherLayout | undefined {
  const { steps } = blockLines(blocks, problem.transpose ?? false);
  const { blockSize, fullest } = blocks;
  return gatherLayout({
    ...{ places, steps, blockSize, fullest },
    ...{ io: wideVectors(problem), form: quadForm(problem) },
  }, limits);
}

/** One pass: workgroups gather their rows, and multiply them. */
function gathered(
  problem: SpmmProblem,
  blocks: RankedBlocks,
  places: RowPlaces,
  layout: GatherLayout,
  unpackings: number,
): GpuDesign {
  // The order of rows has no say: rows of a workgroup lie in one line.
  const { rowOrder: _, ...unordered } = problem;
  const { transpose = false } = problem;
  const io = wideIo(unordered);
  const { steps, lineStride, stepStride } = blockLines(blocks, transpose);
  const { lanes, vectorsPerLane, slices, threads, rows, groups, tiles } = layout;
  const form = quadForm(problem);
  return {
    passes: [{
      label: "csb gather and multiply",
      workgroups: groups * tiles,
      bindings: [
        ...io.bindings,
        uniform("blocks", "Blocks", [lineStride, stepStride, steps, groups, unpackings]),
        ...encodingOf(problem, blocks, places),
      ],
      code: io.code +
        gatherRows({
          ...{ blocks, transpose, layout, form, columns: io.columns },
          repeats: unpackings !== 1,
        }),
    }],
    summary:
      `${rows} rows per workgroup of ${threads} threads, gathered in workgroup memory from ` +
      `blocks of ${blocks.blockSize}x${blocks.blockSize}; ${slices} slices a row, ${lanes} lanes ` +
      `with ${vectorsPerLane} vectors of ${io.columns} columns, ${tiles} column tiles`,
    facts: {
      ...factsOf(blocks, "workgroup", 0, unpackings),
      ...{ lanes, vectorsPerLane, slices, threads, rowsPerWorkgroup: rows },
      ...{ columnsPerVector: io.columns, columnTiles: tiles },
    },
  };
}

/** Two passes: blocks are scattered to rows in scratch memory, and those are multiplied. */
function scattered(
  problem: SpmmProblem,
  limits: GpuLimits,
  blocks: RankedBlocks,
  places: RowPlaces,
  unpackings: number,
): GpuDesign {
  const { transpose = false } = problem;
  const { lengths, quadOffsets } = places;
  const scratch = quadsScratch(problem, quadOffsets);
  const count = blocks.blockPointers.length - 1;
  const strands = strandsOf(blocks.fullest);
  const scatter = {
    label: "csb scatter",
    workgroups: Math.ceil(count * strands / SCATTER_THREADS),
    bindings: [
      uniform("blocks", "Blocks", [
        count,
        csbGrid(blocks).blockCols,
        wideVectors(problem).vectors,
      ]),
      ...encodingOf(problem, blocks, places),
      scratch.binding,
    ],
    code: scratch.code +
      scatterBlocks({ blocks, transpose, threads: SCATTER_THREADS, strands }),
  };
  const { pass, summary, facts } = quadsProduct(
    { ...problem, rowOrder: problem.rowOrder ?? orderByLength(lengths) },
    rowsInBrief(lengths),
    limits,
    { quadOffsets, pairs: scratch.source },
  );
  const unpacking = Array.from({ length: unpackings }, () => scatter);
  return {
    passes: [...unpacking, { ...pass, label: "csb multiply" }],
    summary: `${count} blocks of ${blocks.blockSize}x${blocks.blockSize} scattered to rows; ` +
      summary,
    facts: { ...factsOf(blocks, "scratch", scratch.source.bytes, unpackings), ...facts },
  };
}

/** Threads that share a block: as many as take those of the fullest in one turn, or all there are. */
function strandsOf(entries: number): number {
  return Math.min(SCATTER_THREADS, Math.max(LEAST_STRANDS, powerOfTwoFrom(entries / AT_ONCE)));
}

function encodingOf(
  { storage = "f32" }: SpmmProblem,
  { blockPointers, entries, entryWords, values }: RankedBlocks,
  { lengths, quadOffsets }: RowPlaces,
): Binding[] {
  return [
    encoding("block_pointers", "array<u32>", blockPointers),
    encoding("entries", `array<${entryType(entryWords)}>`, entries),
    encoding("values", `array<${storage}>`, values),
    encoding("quad_offsets", "array<u32>", quadOffsets),
    encoding("row_lengths", "array<u32>", lengths),
  ];
}

function factsOf(
  { blockSize, blockPointers, entryWords }: RankedBlocks,
  unpackTo: UnpackTo,
  unpackedBytes: number,
  unpackings: number,
): GpuDesign["facts"] {
  return {
    blockSize,
    blocks: blockPointers.length - 1,
    entryBytes: 4 * entryWords,
    unpackTo,
    unpackedBytes,
    unpackings,
  };
}
