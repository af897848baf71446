import {
  columnLengths,
  type Csb,
  csbBlockSizes,
  csbFromCsr,
  csbGrid,
  csbIndexBits,
  type Csr,
} from "@spmm/formats";
import { extents, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import { type CpuDevice, type ProgramBinaries, splitByNonZeros } from "@spmm/wasm";
import {
  type EncodingSite,
  heaviestShare,
  type PanelEncoding,
  takeWords,
  writeValues,
} from "./panel_encoding.ts";
import { csbMachineCode } from "./order_machine_code.ts";
import type { PanelLayout } from "./panel_layout.ts";
import { planPanels, supportsPanels } from "./panel_plan.ts";
import { threadsWorth } from "./panel_tasks.ts";

const BINARIES: ProgramBinaries = {
  shared: new URL("./csb.shared.wasm", import.meta.url),
  single: new URL("./csb.wasm", import.meta.url),
  relaxed: {
    shared: new URL("./csb.relaxed.shared.wasm", import.meta.url),
    single: new URL("./csb.relaxed.wasm", import.meta.url),
  },
  machineCode: csbMachineCode,
};

/** The kernel reads an index as part of eight bytes, wherever it begins. */
const READ_AHEAD_BYTES = 8;
/** In-block indices of 18 bits, and block rows enough for threads to share. */
const LARGEST_BLOCK = 512;
/**
 * Entries put in order at a time, half a megabyte: they stay in a second-level cache, and B is
 * packed once for so many.
 */
const PIECE = 65_536;
/** Block rows and block columns per thread, so that shares can be even. */
const BLOCKS_PER_THREAD = 4;

/**
 * Compressed sparse blocks on the CPU: A·B and Aᵀ·B from one encoding, with neither a conversion
 * nor a second copy (Buluç, Fineman, Frigo, Gilbert, Leiserson, SPAA 2009, carried to SpMM).
 *
 * Threads share block rows, or block columns for `transpose`, by non-zeros. The result has the same
 * bits whatever the number of threads, and the same as row-split's.
 *
 * @example Both products from the same blocks
 * ```ts
 * import { csbCpu } from "@spmm/cpu";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import { openCpu } from "@spmm/wasm";
 * import assert from "node:assert/strict";
 *
 * await using cpu = await openCpu({ threads: 1 });
 * const a = csrFromDense(dense(2, 3, new Float32Array([0, 2, 0, 1, 0, -1])));
 * await using forward = await csbCpu.plan({ a, n: 1 }, cpu);
 * await using backward = await csbCpu.plan({ a, n: 1, transpose: true }, cpu);
 * const c = await forward.multiply(dense(3, 1, new Float32Array([1, 2, 3])));
 * const d = await backward.multiply(dense(2, 1, new Float32Array([1, 2])));
 * assert.ok(c.location === "host" && d.location === "host");
 * assert.deepEqual([...c.data], [4, -2]);
 * assert.deepEqual([...d.data], [2, 2, -2]);
 * assert.equal(forward.bytes, backward.bytes);
 * ```
 */
export const csbCpu: SpmmKernel = {
  name: "csb-cpu",
  family: "csb",
  device: "cpu",
  source: "Buluç, Fineman, Frigo, Gilbert, Leiserson, SPAA 2009 §3-4",
  supports: (problem, device) =>
    supportsPanels(problem, device, (cpu, layout) => csbBytes(problem, cpu, layout)),
  plan: (problem, device) => planPanels(csbCpu, BINARIES, encode, problem, device),
};

/** β: the largest that the paper's rule allows, unless threads would run out of blocks to share. */
function chooseBlockSize({ a }: SpmmProblem, threads: number): number {
  const { least, most } = csbBlockSizes(a.rows, a.cols);
  const wanted = threads === 1 ? 1 : threads * BLOCKS_PER_THREAD;
  const fitting = Math.min(a.rows, a.cols) / wanted;
  let blockSize = Math.max(least, Math.min(most, LARGEST_BLOCK));
  while (blockSize > least && blockSize > fitting) blockSize /= 2;
  return blockSize;
}

/** Threads together put no more entries in order at a time than there are. */
function csbBytes(problem: SpmmProblem, device: CpuDevice, layout: PanelLayout): number {
  const { a } = problem;
  const threads = threadsWorth(a.values.length, layout, device.threads);
  const blockSize = chooseBlockSize(problem, threads);
  const { blockRows, blockCols } = csbGrid({ rows: a.rows, cols: a.cols, blockSize });
  const indexBytes = Math.ceil(a.values.length * csbIndexBits(blockSize) / 8);
  const starts = a.rows + a.cols + 2;
  const scratch = threads * layout.slabs * extents(problem).m + 2 * a.values.length;
  return 4 * (blockRows * blockCols + 1 + starts + scratch) + indexBytes + a.values.byteLength;
}

function encode({ problem, device, layout, take }: EncodingSite): PanelEncoding {
  const threads = threadsWorth(problem.a.values.length, layout, device.threads);
  const blockSize = chooseBlockSize(problem, threads);
  const a = csbFromCsr(problem.a, { blockSize, order: "row" });
  const { transpose = false } = problem;
  const pointers = takeWords(take, a.blockPointers, "block pointers");
  const indices = take(a.indices.byteLength + READ_AHEAD_BYTES, "in-block indices");
  const values = take(a.values.byteLength, "values");
  indices.u32().set(a.indices);
  writeValues(a.values, problem.storage, values.f32());
  const rowStarts = takeWords(take, problem.a.rowOffsets, "where rows start");
  const colStarts = takeWords(take, columnStarts(problem.a), "where columns start");
  const { blockRows, blockCols } = csbGrid(a);
  const offsets = transpose ? blockColumnOffsets(a) : blockRowOffsets(a);
  const bounds = splitByNonZeros(offsets, threads);
  const pieces = cutPieces(offsets, bounds);
  const { m } = extents(problem);
  const shares = pieces.rooms.flatMap((room, thread) => [
    pieces.first[thread],
    pieces.first[thread + 1],
    take(4 * m * layout.slabs + 8 * room, "a piece in order").address,
    room,
  ]);
  const list = takeWords(take, [
    pointers.address,
    indices.address,
    values.address,
    (transpose ? colStarts : rowStarts).address,
    csbIndexBits(blockSize) / 2,
    blockCols,
    transpose ? blockRows : blockCols,
    Number(transpose),
    takeWords(take, pieces.bounds, "the pieces").address,
    takeWords(take, shares, "the threads' shares").address,
  ], "the encoding's list");
  return {
    bytes: pointers.bytes + indices.bytes + values.bytes + rowStarts.bytes + colStarts.bytes,
    summary: `blocks of β = ${blockSize}, ${transpose ? "block columns" : "block rows"} ` +
      (threads === 1 ? "for one thread" : `shared among ${threads} threads by non-zeros`),
    facts: {
      blockSize,
      blockRows,
      blockCols,
      pieces: pieces.bounds.length - 1,
      heaviestShare: heaviestShare(offsets, bounds),
    },
    list,
    attendance: threads === 1 ? "alone" : "every",
    prepare: () => {},
  };
}

/** What each thread puts in order at a time. */
interface Pieces {
  /** Block rows of op(A) at which pieces begin, and the last one's end. */
  readonly bounds: readonly number[];
  /** The first piece of each thread, and the number of pieces. */
  readonly first: readonly number[];
  /** Entries of each thread's largest piece. */
  readonly rooms: readonly number[];
}

/** Cuts shares of block rows into pieces of few entries, or of one block row. */
function cutPieces(offsets: Uint32Array, shares: Uint32Array): Pieces {
  const bounds = [0];
  const first = [0];
  const rooms: number[] = [];
  for (const end of shares.slice(1)) {
    let room = 0;
    for (let begin = bounds[bounds.length - 1]; begin < end; begin = bounds[bounds.length - 1]) {
      let stop = begin + 1;
      while (stop < end && offsets[stop + 1] - offsets[begin] <= PIECE) stop += 1;
      bounds.push(stop);
      room = Math.max(room, offsets[stop] - offsets[begin]);
    }
    first.push(bounds.length - 1);
    rooms.push(room);
  }
  return { bounds, first, rooms };
}

/** Entries of all columns before each. */
function columnStarts(a: Csr): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(a.cols + 1);
  starts.set(columnLengths(a), 1);
  for (let col = 0; col < a.cols; col += 1) starts[col + 1] += starts[col];
  return starts;
}

/** Where each block row begins among the entries. */
function blockRowOffsets(a: Csb): Uint32Array<ArrayBuffer> {
  const { blockRows, blockCols } = csbGrid(a);
  return Uint32Array.from(
    { length: blockRows + 1 },
    (_, blockRow) => a.blockPointers[blockRow * blockCols],
  );
}

/** Entries of all block columns before each, for sharing them out: O(blocks). */
function blockColumnOffsets(a: Csb): Uint32Array<ArrayBuffer> {
  const { blockRows, blockCols } = csbGrid(a);
  const offsets = new Uint32Array(blockCols + 1);
  for (let block = 0; block < blockRows * blockCols; block += 1) {
    offsets[block % blockCols + 1] += a.blockPointers[block + 1] - a.blockPointers[block];
  }
  for (let blockCol = 0; blockCol < blockCols; blockCol += 1) {
    offsets[blockCol + 1] += offsets[blockCol];
  }
  return offsets;
}
