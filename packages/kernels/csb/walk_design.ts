import { type Csb, csbFromCsr, csbGrid, type DenseData } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import {
  type Binding,
  encoding,
  type GpuDesign,
  type GpuLimits,
  type GpuPass,
  lanesFor,
  type ProductIo,
  productIo,
  storedValues,
  uniform,
} from "@spmm/webgpu";
import { type BlockLines, blockLines } from "./block_lines.ts";
import { type Chunk, type CutLine, cutLines } from "./walk_chunks.ts";
import { type CsbPart, doneTwice } from "./walk_twice.ts";
import { addPartials, multiplyChunk, type Tile } from "./walk_wgsl.ts";

/** β: a row of a block is one mask word, and indices take 2·lg 32 = 10 bits. */
export const BLOCK_SIZE = 32;
/** Blocks in workgroup memory at a time: fewer barriers and longer rows against more memory. */
const STAGE = 4;
/** Threads of a workgroup. */
const THREADS = 256;
/** Threads that share a row of C at most: a warp. */
const LANES = 32;
/** Workgroups that keep a large GPU busy (eight on each of about 130 multiprocessors). */
const WANTED_WORKGROUPS = 1024;
/** Below this a chunk's partial sums cost more than its balance gains. */
const FEWEST_NON_ZEROS = 2048;
/** Pointers per non-zero beyond which blocks are mostly empty and CSB is the wrong format. */
const MOST_BLOCKS_PER_NON_ZERO = 8;
const SMALL_GRID = 1 << 16;

/** CSB with its values as the device stores them. */
export type Encoding = Csb & { readonly stored: DenseData };

/** Encodes A and stores its values as the problem says. */
export function encode(problem: SpmmProblem): Encoding {
  const a = csbFromCsr(problem.a, { blockSize: BLOCK_SIZE });
  return { ...a, stored: storedValues(a.values, problem) };
}

/** Why the kernel does not take a problem, or undefined where it does. */
export function refuses({ a }: SpmmProblem, limits: GpuLimits): string | undefined {
  const { blockRows, blockCols } = csbGrid({ ...a, blockSize: BLOCK_SIZE });
  const blocks = blockRows * blockCols;
  const nonZeros = a.values.length;
  if (blocks > SMALL_GRID && blocks > MOST_BLOCKS_PER_NON_ZERO * nonZeros) {
    return `${blocks} blocks of ${BLOCK_SIZE}x${BLOCK_SIZE} for ${nonZeros} non-zeros: ` +
      `more than ${MOST_BLOCKS_PER_NON_ZERO} each, so pointers outweigh the matrix`;
  }
  const { bytes } = tileOf(1, THREADS);
  if (bytes > limits.maxComputeWorkgroupStorageSize) {
    return `it needs ${bytes} bytes of workgroup memory, the device has ${limits.maxComputeWorkgroupStorageSize}`;
  }
  return undefined;
}

/** What of a design can be set. */
export interface DesignOptions {
  /** Non-zeros a chunk may have; chosen where absent. */
  readonly chunkNonZeros?: number | undefined;
  /** The part that is done twice; none where absent. */
  readonly twice?: CsbPart | undefined;
}

/** How a problem's blocks are shared out to workgroups. */
export interface Sharing {
  readonly io: ProductIo;
  readonly lines: BlockLines;
  readonly tile: Tile;
  /** Column tiles; each chunk is worked on once for each. */
  readonly tiles: number;
  readonly chunks: readonly Chunk[];
  readonly cut: readonly CutLine[];
}

/** Shares out the blocks of an encoding. */
export function shareOut(
  problem: SpmmProblem,
  limits: GpuLimits,
  a: Csb,
  chunkNonZeros: number | undefined,
): Sharing {
  // The order of rows has no say: chunks of blocks are what is taken in turn.
  const { rowOrder: _, ...blocked } = problem;
  const io = productIo(blocked);
  const lines = blockLines(a, problem.transpose ?? false);
  const tile = tileOf(io.vectors, Math.min(THREADS, limits.maxComputeInvocationsPerWorkgroup));
  const tiles = Math.ceil(io.vectors / tile.lanes);
  const bound = chunkNonZeros ?? chunkBound(problem, io, lines, tiles, limits);
  return { io, lines, tile, tiles, ...cutLines(a, lines, bound) };
}

/** The design of the kernel for a problem and its encoding. */
export function inspect(
  problem: SpmmProblem,
  limits: GpuLimits,
  a: Encoding,
  { chunkNonZeros, twice }: DesignOptions,
): GpuDesign {
  const { io, lines, tile, tiles, chunks, cut } = shareOut(problem, limits, a, chunkNonZeros);
  const { transpose = false } = problem;
  const slots = cut.at(-1)?.end ?? 0;
  const partials: Binding = {
    role: "scratch",
    name: "partials",
    type: "array<Columns>",
    bytes: slots * slotBytes(io),
  };
  const multiply: GpuPass = {
    label: "csb multiply",
    workgroups: chunks.length * tiles,
    bindings: [
      ...io.bindings,
      ...encodingOf(a, problem),
      uniform("lines", "Lines", [lines.lineStride, lines.stepStride, chunks.length, 0]),
      encoding(
        "chunks",
        "array<vec4<u32>>",
        words(chunks, (x) => [x.line, x.begin, x.end, x.slot]),
      ),
      partials,
    ],
    code: io.code + multiplyChunk(tile, transpose, doneTwice(twice, io.columns)),
  };
  const add: GpuPass = {
    label: "csb add partial sums",
    workgroups: Math.ceil(cut.length * BLOCK_SIZE * io.vectors / THREADS),
    bindings: [
      ...io.bindings,
      encoding("cut_lines", "array<vec4<u32>>", words(cut, (x) => [x.line, x.begin, x.end, 0])),
      partials,
    ],
    code: io.code + addPartials(BLOCK_SIZE, THREADS),
  };
  return {
    passes: cut.length > 0 ? [multiply, add] : [multiply],
    summary:
      `blocks of ${BLOCK_SIZE}x${BLOCK_SIZE}, ${chunks.length} chunks of ${lines.lines} block ${
        transpose ? "columns" : "rows"
      } by ${tiles} column tiles, ${cut.length} of them cut${twice ? `; ${twice} twice` : ""}`,
    facts: {
      blockSize: BLOCK_SIZE,
      blocks: a.blockPointers.length - 1,
      chunks: chunks.length,
      cutLines: cut.length,
      partialBytes: slots * slotBytes(io),
      lanes: tile.lanes,
      rowsPerLane: tile.rowsPerLane,
      columnTiles: tiles,
    },
  };
}

/** Lanes as wide as C allows; a lane takes several rows where that leaves fewer strands than rows. */
function tileOf(vectors: number, threads: number): Tile {
  const lanes = lanesFor(vectors, LANES);
  const strands = Math.min(BLOCK_SIZE, Math.max(1, threads / lanes));
  const words = STAGE * BLOCK_SIZE * (BLOCK_SIZE + 1) + STAGE * BLOCK_SIZE;
  return {
    blockSize: BLOCK_SIZE,
    stage: STAGE,
    lanes,
    strands,
    rowsPerLane: BLOCK_SIZE / strands,
    bytes: 4 * words,
  };
}

/** Non-zeros per chunk: as many chunks as fill the GPU, no more partial sums than a binding holds. */
function chunkBound(
  { a }: SpmmProblem,
  io: ProductIo,
  { lines }: BlockLines,
  tiles: number,
  limits: GpuLimits,
): number {
  const affordable = Math.floor(limits.maxStorageBufferBindingSize / slotBytes(io));
  const wanted = Math.ceil(WANTED_WORKGROUPS / tiles);
  // A cut line leaves up to two chunks smaller than the bound, so at most this many chunks arise.
  const most = Math.max(1, Math.min(wanted, Math.floor((affordable - lines) / 2)));
  return Math.max(FEWEST_NON_ZEROS, Math.ceil(a.values.length / most));
}

function slotBytes(io: ProductIo): number {
  return BLOCK_SIZE * io.vectors * io.columns * 4;
}

function encodingOf(a: Encoding, { storage = "f32" }: SpmmProblem): Binding[] {
  return [
    encoding("block_pointers", "array<u32>", a.blockPointers),
    encoding("indices", "array<u32>", a.indices),
    encoding("values", `array<${storage}>`, a.stored),
  ];
}

function words<Item>(items: readonly Item[], fields: (item: Item) => number[]): Uint32Array {
  return Uint32Array.from(items.flatMap(fields));
}
