import { type Csb, csbBlockSizes, csbFromCsr, csbGrid, csbIndexBits } from "@spmm/formats";
import { extents, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import { type ProgramBinaries, splitByNonZeros } from "@spmm/wasm";
import { WIDE_ROW_BYTES } from "./panel_layout.ts";
import {
  type EncodingSite,
  heaviestShare,
  type PanelEncoding,
  writeValues,
} from "./panel_encoding.ts";
import { planPanels, supportsPanels } from "./panel_plan.ts";

const BINARIES: ProgramBinaries = {
  shared: new URL("./csb.shared.wasm", import.meta.url),
  single: new URL("./csb.wasm", import.meta.url),
};

/** The kernel reads an index as part of eight bytes, wherever it begins. */
const READ_AHEAD_BYTES = 8;
/** Sums of 512 rows of a group of panels, 256 KiB, still stand in a second-level cache. */
const LARGEST_BLOCK = 512;
/** Entries unpacked at a time and panels that share it: PIECE and GROUP in csb.as.ts. */
const PIECE = 2048;
const GROUP = 4;
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
    supportsPanels(problem, device, ({ threads }) => csbBytes(problem, threads)),
  plan: (problem, device) => planPanels(csbCpu, BINARIES, encode, problem, device),
};

/**
 * β: the largest that the paper's rule allows, since long runs in registers are what makes this
 * kernel fast, unless the threads would then run out of blocks to share.
 */
function chooseBlockSize({ a }: SpmmProblem, threads: number): number {
  const { least, most } = csbBlockSizes(a.rows, a.cols);
  const wanted = threads === 1 ? 1 : threads * BLOCKS_PER_THREAD;
  const fitting = Math.min(a.rows, a.cols) / wanted;
  let blockSize = Math.max(least, Math.min(most, LARGEST_BLOCK));
  while (blockSize > least && blockSize > fitting) blockSize /= 2;
  return blockSize;
}

function csbBytes(problem: SpmmProblem, threads: number): number {
  const { a } = problem;
  const blockSize = chooseBlockSize(problem, threads);
  const { blockRows, blockCols } = csbGrid({ rows: a.rows, cols: a.cols, blockSize });
  const indexBytes = Math.ceil(a.values.length * csbIndexBits(blockSize) / 8);
  const scratch = threads * ownBytes(blockSize);
  return 4 * (blockRows * blockCols + 1) + indexBytes + a.values.byteLength + scratch;
}

function encode({ problem, device, program, take }: EncodingSite): PanelEncoding {
  const blockSize = chooseBlockSize(problem, device.threads);
  const a = csbFromCsr(problem.a, { blockSize, order: "row" });
  const { transpose = false } = problem;
  const pointers = take(a.blockPointers.byteLength, "block pointers");
  const indices = take(a.indices.byteLength + READ_AHEAD_BYTES, "in-block indices");
  const values = take(a.values.byteLength, "values");
  const threadBytes = ownBytes(blockSize);
  const threadsOwn = take(device.threads * threadBytes, "each thread's own");
  pointers.u32().set(a.blockPointers);
  indices.u32().set(a.indices);
  writeValues(a.values, problem.storage, values.f32());
  const { blockRows, blockCols } = csbGrid(a);
  const offsets = transpose ? blockColumnOffsets(a) : blockRowOffsets(a);
  const bounds = splitByNonZeros(offsets, device.threads);
  const { m } = extents(problem);
  return {
    bytes: pointers.bytes + indices.bytes + values.bytes,
    summary: `blocks of β = ${blockSize}, ${transpose ? "block columns" : "block rows"} ` +
      `shared among ${device.threads} threads by non-zeros`,
    facts: { blockSize, blockRows, blockCols, heaviestShare: heaviestShare(offsets, bounds) },
    multiply: (run, { packed, layout, c, bias, low, high }) =>
      run(program, "multiply", (thread) => [
        pointers.address,
        indices.address,
        values.address,
        csbIndexBits(blockSize) / 2,
        blockCols,
        transpose ? blockRows : blockCols,
        Number(transpose),
        packed,
        layout.stride,
        layout.wide,
        layout.narrow,
        c,
        m,
        problem.n,
        bias,
        low,
        high,
        threadsOwn.address + thread * threadBytes,
        bounds[thread],
        bounds[thread + 1],
      ]),
  };
}

/** What a thread needs: offsets and runs of a piece, and the sums of a block row's panels. */
function ownBytes(blockSize: number): number {
  return PIECE * (4 + 8) + GROUP * blockSize * WIDE_ROW_BYTES;
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
