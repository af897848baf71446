import {
  type Csb,
  csbFromCsr,
  csbGrid,
  type Csr,
  type DenseData,
  orderByLength,
} from "@spmm/formats";
import { extents, type SpmmProblem } from "@spmm/spmm";
import {
  encoding,
  type GpuDesign,
  type GpuLimits,
  type GpuPass,
  quadOffsetsOf,
  type QuadsKnobs,
  quadsProduct,
  type QuadsScratch,
  quadsScratch,
  storedValues,
  uniform,
  wideVectors,
} from "@spmm/webgpu";
import { type BlockRanks, blockRanks } from "./block_ranks.ts";
import { unpackBlocks } from "./unpack_wgsl.ts";

/**
 * β: as small as leaves a row of a block this many entries, so that ranks take no more than a byte
 * or two an entry. Small blocks are many, and each is unpacked sooner.
 */
const ENTRIES_OF_A_ROW = 1.25;
const LEAST_BLOCK_SIZE = 32;
const MOST_BLOCK_SIZE = 128;
/** Threads of a workgroup for each row of a block: the entries of a tenth non-zeros, at β = 32. */
const THREADS_PER_ROW = 4;
/** Ranks a non-zero beyond which blocks are mostly empty and CSB is the wrong format. */
const MOST_RANKS_PER_NON_ZERO = 16;
const SMALL_GRID = 1 << 18;

/** What can be set of CSB. */
export interface CsbOptions {
  /** Unique among registered kernels; `csb` where absent. */
  readonly name?: string;
  /** β, a power of two from 32 to 512; 32 to 128 by the share of non-zeros where absent. */
  readonly blockSize?: number;
  /** Knobs of the product, chosen where absent. */
  readonly knobs?: QuadsKnobs;
  /**
   * How often blocks are unpacked before a product, 1 where absent: what a second time adds is what
   * unpacking costs.
   */
  readonly unpackings?: number;
}

/** CSB with its values as the device stores them. */
export type Encoding = Csb & { readonly stored: DenseData };

/** Encodes A and stores its values as the problem says. */
export function encode(problem: SpmmProblem, options: CsbOptions): Encoding {
  const { blockSize = blockSizeFor(problem.a) } = options;
  // Row by row: entries of a block then go to quads that follow each other, for A·B at least.
  const a = csbFromCsr(problem.a, { blockSize, order: "row" });
  return { ...a, stored: storedValues(a.values, problem) };
}

function blockSizeFor(a: Csr): number {
  const density = a.values.length / Math.max(1, a.rows * a.cols);
  const wanted = 2 ** Math.ceil(Math.log2(ENTRIES_OF_A_ROW / density));
  return Math.min(MOST_BLOCK_SIZE, Math.max(LEAST_BLOCK_SIZE, wanted));
}

/** Why the kernel does not take a problem, or undefined where it does. */
export function refuses(
  { a }: SpmmProblem,
  { blockSize = blockSizeFor(a) }: CsbOptions,
): string | undefined {
  const { blockRows, blockCols } = csbGrid({ ...a, blockSize });
  const ranks = blockRows * blockCols * blockSize;
  const nonZeros = a.values.length;
  return ranks > SMALL_GRID && ranks > MOST_RANKS_PER_NON_ZERO * nonZeros
    ? `${blockRows * blockCols} blocks of ${blockSize}x${blockSize} for ${nonZeros} non-zeros: ` +
      `what is kept for each row of a block outweighs the matrix`
    : undefined;
}

/** The design of the kernel for a problem and its encoding. */
export function inspect(
  problem: SpmmProblem,
  limits: GpuLimits,
  a: Encoding,
  options: CsbOptions,
): GpuDesign {
  const { transpose = false } = problem;
  const ranks = blockRanks(problem.a, a, transpose);
  const quadOffsets = quadOffsetsOf(ranks.lengths);
  const scratch = quadsScratch(problem, quadOffsets);
  const unpack = unpackPass(problem, limits, a, ranks, quadOffsets, scratch);
  const { m } = extents(problem);
  const { pass, summary, facts } = quadsProduct(
    { ...problem, rowOrder: problem.rowOrder ?? orderByLength(ranks.lengths) },
    { rows: m, mean: a.values.length / m },
    limits,
    { quadOffsets, pairs: scratch.source },
    options.knobs,
  );
  const { unpackings = 1 } = options;
  return {
    passes: [...Array.from({ length: unpackings }, () => unpack), {
      ...pass,
      label: "csb multiply",
    }],
    summary: `${unpack.workgroups} blocks of ${a.blockSize}x${a.blockSize} unpacked to rows; ` +
      summary,
    facts: {
      blockSize: a.blockSize,
      blocks: unpack.workgroups,
      rankBytes: ranks.ranks.byteLength,
      unpackedBytes: scratch.source.bytes,
      unpackings,
      ...facts,
    },
  };
}

function unpackPass(
  problem: SpmmProblem,
  limits: GpuLimits,
  a: Encoding,
  { lengths, ranks }: BlockRanks,
  quadOffsets: Uint32Array,
  scratch: QuadsScratch,
): GpuPass {
  const { transpose = false, storage = "f32" } = problem;
  const { blockSize } = a;
  const count = a.blockPointers.length - 1;
  const threads = Math.min(THREADS_PER_ROW * blockSize, limits.maxComputeInvocationsPerWorkgroup);
  const rankBits = 8 * ranks.BYTES_PER_ELEMENT;
  return {
    label: "csb unpack",
    workgroups: count,
    bindings: [
      uniform("blocks", "Blocks", [
        count,
        csbGrid(a).blockCols,
        wideVectors(problem).vectors,
        lengths.length,
      ]),
      encoding("block_pointers", "array<u32>", a.blockPointers),
      encoding("indices", "array<u32>", a.indices),
      encoding("values", `array<${storage}>`, a.stored),
      encoding("ranks", "array<u32>", new Uint32Array(ranks.buffer)),
      encoding("quad_offsets", "array<u32>", quadOffsets),
      encoding("row_lengths", "array<u32>", lengths),
      scratch.binding,
    ],
    code: scratch.code + unpackBlocks({ blockSize, transpose, rankBits, threads }),
  };
}
