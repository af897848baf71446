import { type Csb, csbFromCsr, csbGrid, type DenseData } from "@spmm/formats";
import type { Device, SpmmKernel, SpmmPlan, SpmmProblem } from "@spmm/spmm";
import {
  type Binding,
  encoding,
  type GpuDesign,
  gpuKernel,
  type GpuKernelDefinition,
  type GpuLimits,
  type GpuPass,
  lanesFor,
  planTogether,
  type ProductIo,
  productIo,
  storedValues,
  uniform,
} from "@spmm/webgpu";
import { type BlockLines, blockLines, cutLines } from "./csb_chunks.ts";
import { addPartials, multiplyChunk, type Tile } from "./csb_wgsl.ts";

/** β: a row of a block is one mask word, and indices take 2·lg 32 = 10 bits. */
const BLOCK_SIZE = 32;
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

/**
 * CSB: A·B and Aᵀ·B from one encoding. A workgroup takes a chunk of a block row (A·B) or of a
 * block column (Aᵀ·B) and a tile of columns. Blocks are spread out in workgroup memory, a mask word
 * per row of C naming its non-zeros, so that either direction finds its rows at the same cost; then
 * lanes walk the masks and keep sums in registers. Chunks of a line that was cut leave partial sums,
 * which a second pass adds in order: no atomics on floats, the same bits every time.
 *
 * Bytes: A (4 + 10/8 bytes a non-zero, and the pointers) once per column tile, B once per non-zero
 * and column from cache, C once, partial sums of cut lines twice. Operations: 2·nnz·n.
 *
 * @see Buluç, Fineman, Frigo, Gilbert, Leiserson, "Parallel sparse matrix-vector and
 * matrix-transpose-vector multiplication using compressed sparse blocks", SPAA 2009, §3 and §4.
 *
 * @example Both directions
 * ```ts
 * import { csb } from "@spmm/csb";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using forward = await csb.plan({ a, n: 8 }, gpu);
 *   await using backward = await csb.plan({ a, n: 8, transpose: true }, gpu);
 *   assert.equal((await forward.multiply(randomDense(48, 8, 2))).rows, 64);
 *   assert.equal((await backward.multiply(randomDense(64, 8, 2))).rows, 48);
 * }
 * ```
 */
export const csb: SpmmKernel = csbKernel();

/** What can be set of {@linkcode csbKernel}. */
export interface CsbKernelOptions {
  /** Unique among registered kernels; `csb` where absent. */
  readonly name?: string;
  /**
   * Non-zeros a chunk may have before its line is cut; where absent, as many as let all chunks
   * together fill a large GPU. `Infinity` leaves every line whole: CSB without its balancing.
   */
  readonly chunkNonZeros?: number;
}

/**
 * {@linkcode csb} with its balancing set by hand.
 *
 * @param options What differs from `csb`.
 *
 * @example CSB without its balancing
 * ```ts
 * import { csbKernel } from "@spmm/csb";
 * import assert from "node:assert/strict";
 *
 * const unbalanced = csbKernel({ name: "csb-whole-lines", chunkNonZeros: Infinity });
 * assert.equal(unbalanced.family, "csb");
 * ```
 */
export function csbKernel(options: CsbKernelOptions = {}): SpmmKernel {
  return gpuKernel(definition(options, encode));
}

/** Plans of both directions over one encoding. */
export interface BothWays extends AsyncDisposable {
  /** Multiplies by A. */
  readonly forward: SpmmPlan;
  /** Multiplies by Aᵀ. */
  readonly backward: SpmmPlan;
}

/**
 * Plans A·B and Aᵀ·B over one encoding: blocks, indices and values are on the device once, for
 * training, where the backward pass multiplies by the transpose of what the forward pass did.
 *
 * @param problem The problem of A·B; `transpose` is set by the direction, and an epilogue, whose
 * bias fits one direction, belongs to A·B.
 * @param device The GPU.
 * @param options As for {@linkcode csbKernel}.
 * @throws {UnsupportedError} If the device is no GPU or the blocks would be mostly empty.
 *
 * @example One encoding, two directions
 * ```ts
 * import { csbBothWays } from "@spmm/csb";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plans = await csbBothWays({ a, n: 8 }, gpu);
 *   assert.equal((await plans.forward.multiply(randomDense(48, 8, 2))).rows, 64);
 *   assert.equal((await plans.backward.multiply(randomDense(64, 8, 2))).rows, 48);
 * }
 * ```
 */
export async function csbBothWays(
  problem: SpmmProblem,
  device: Device,
  options: CsbKernelOptions = {},
): Promise<BothWays> {
  const { epilogue: _, rowOrder: __, ...bare } = problem;
  const whole = csbFromCsr(problem.a, { blockSize: BLOCK_SIZE });
  const values = storedValues(whole.values, problem);
  const once = (part: SpmmProblem): Encoding =>
    part.a === problem.a ? { ...whole, stored: values } : encode(part);
  const [forward, backward] = await planTogether(
    definition(options, once),
    [{ ...problem, transpose: false }, { ...bare, transpose: true }],
    device,
  );
  return {
    forward,
    backward,
    async [Symbol.asyncDispose]() {
      await forward[Symbol.asyncDispose]();
      await backward[Symbol.asyncDispose]();
    },
  };
}

/** CSB with its values as the device stores them. */
type Encoding = Csb & { readonly stored: DenseData };

function encode(problem: SpmmProblem): Encoding {
  const a = csbFromCsr(problem.a, { blockSize: BLOCK_SIZE });
  return { ...a, stored: storedValues(a.values, problem) };
}

function definition(
  { name = "csb", chunkNonZeros }: CsbKernelOptions,
  encoded: (problem: SpmmProblem) => Encoding,
): GpuKernelDefinition {
  return {
    name,
    family: "csb",
    source: "Buluç et al., SPAA 2009, §3 and §4",
    refuses,
    inspect: (problem, limits) => inspect(problem, limits, encoded(problem), chunkNonZeros),
  };
}

function refuses({ a }: SpmmProblem, limits: GpuLimits): string | undefined {
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

function inspect(
  problem: SpmmProblem,
  limits: GpuLimits,
  a: Encoding,
  chunkNonZeros: number | undefined,
): GpuDesign {
  // The order of rows has no say: chunks of blocks are what is taken in turn.
  const { rowOrder: _, ...blocked } = problem;
  const io = productIo(blocked);
  const lines = blockLines(a, problem.transpose ?? false);
  const tile = tileOf(io.vectors, Math.min(THREADS, limits.maxComputeInvocationsPerWorkgroup));
  const tiles = Math.ceil(io.vectors / tile.lanes);
  const { chunks, cut } = cutLines(
    a,
    lines,
    chunkNonZeros ?? chunkBound(problem, io, lines, tiles, limits),
  );
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
      uniform("lines", "Lines", [lines.lineStride, lines.stepStride, chunks.length]),
      encoding(
        "chunks",
        "array<vec4<u32>>",
        words(chunks, (x) => [x.line, x.begin, x.end, x.slot]),
      ),
      partials,
    ],
    code: io.code + multiplyChunk(tile, problem.transpose ?? false),
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
        problem.transpose ? "columns" : "rows"
      } by ${tiles} column tiles, ${cut.length} of them cut`,
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
