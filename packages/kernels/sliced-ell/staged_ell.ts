import type { Csr } from "@spmm/formats";
import { concatenate } from "./concatenate.ts";
import { SLICE_LANES, type Staging } from "./staging.ts";

/**
 * Sliced ELL by stages: what a workgroup reads to multiply its block of rows.
 *
 * ```text
 *  block of rows                   map: the rows of B it needs, in order, cut into stages
 *  ┌───────────────────────┐        stage 0 │ 0 2 3 7 │   stage 1 │ 9 12 │
 *  │ a · b c · · · d · · · │ row 0           0 1 2 3               0  1     local indices
 *  │ · · e · · · · · · f · │ row 1
 *  │ · · · g · · · · · h · │ row 2 …
 *  └───────────────────────┘        slices of 32 rows, one entry of each row after the other
 *                                   stage 0, slice 0          stage 1, slice 0
 *                                   weights a e g …           weights f h · …  (row 1, row 2, …)
 *                                           b · · …
 *                                           c · · …           a · weighs nothing and points at
 *                                           d · · …           the slot of zeros
 * ```
 *
 * Invariants: every non-zero of the matrix stands in exactly one entry; the entries of a row follow
 * each other in the order of their columns; stages of a block are full but for the last.
 */
export interface StagedEll {
  /** Where each block's stages begin, and the number of stages. */
  readonly blockStages: Uint32Array<ArrayBuffer>;
  /** Where each stage begins in the map, and where the last ends. */
  readonly mapStarts: Uint32Array<ArrayBuffer>;
  /** The row of B for each slot of each stage. */
  readonly map: Uint32Array<ArrayBuffer>;
  /** Where each slice of each stage begins, in steps of 32 entries, and where the last ends. */
  readonly sliceStarts: Uint32Array<ArrayBuffer>;
  /** The slot of each entry. */
  readonly slots: Uint16Array<ArrayBuffer>;
  /** The value of each entry, 0 where it is padding. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/**
 * Encodes a matrix; O(nnz + rows), and a sort of each block's columns.
 *
 * @param a The matrix.
 * @param staging The extents of blocks and stages.
 * @param rowOrder The order in which rows fill the blocks; as they are where absent.
 * @source Hidayetoğlu et al., HPEC 2020, §III-A and B
 *
 * @example Two rows that need two rows of B
 * ```ts
 * import { csrFromDense, dense } from "@spmm/formats";
 * import { stagedEll } from "@spmm/sliced-ell";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 0, 3])));
 * const { map, slots, weights } = stagedEll(a, { blockRows: 32, vectors: 4, slots: 6 });
 * assert.deepEqual([...map], [0, 2]);
 * // A step for each entry of the longest row; in each, an entry of all 32 rows.
 * assert.deepEqual([...weights.filter((weight) => weight !== 0)], [1, 3, 2]);
 * assert.deepEqual([slots[0], slots[1], slots[32], slots[33]], [0, 1, 1, 5]);
 * ```
 */
export function stagedEll(a: Csr, staging: Staging, rowOrder?: Uint32Array): StagedEll {
  const walk = new BlockWalk(a, staging, rowOrder);
  const maps = Array.from({ length: walk.blocks }, (_, block) => walk.columnsOf(block));
  const { blockStages, mapStarts } = stagesOf(maps, staging.slots - 1);
  const slices = staging.blockRows / SLICE_LANES;
  const sliceStarts = new Uint32Array((mapStarts.length - 1) * slices + 1);
  const visitAll = (visit: Visit): void =>
    maps.forEach((map, block) => walk.visit(block, map, blockStages[block] * slices, visit));

  const lengths = sliceStarts.subarray(1);
  visitAll(({ slice, step }) => lengths[slice] = Math.max(lengths[slice], step + 1));
  for (let i = 0; i < lengths.length; i++) lengths[i] += sliceStarts[i];

  const entries = sliceStarts[sliceStarts.length - 1] * SLICE_LANES;
  const slots = new Uint16Array(entries).fill(staging.slots - 1);
  const weights = new Float32Array(entries);
  visitAll(({ slice, step, lane, slot, entry }) => {
    const at = (sliceStarts[slice] + step) * SLICE_LANES + lane;
    slots[at] = slot;
    weights[at] = a.values[entry];
  });
  return { blockStages, mapStarts, map: concatenate(maps), sliceStarts, slots, weights };
}

function stagesOf(
  maps: readonly Uint32Array[],
  stageRows: number,
): { blockStages: Uint32Array<ArrayBuffer>; mapStarts: Uint32Array<ArrayBuffer> } {
  const blockStages = new Uint32Array(maps.length + 1);
  const mapStarts = [0];
  let mapped = 0;
  maps.forEach(({ length }, block) => {
    for (let start = 0; start < length; start += stageRows) {
      mapStarts.push(mapped + Math.min(length, start + stageRows));
    }
    mapped += length;
    blockStages[block + 1] = mapStarts.length - 1;
  });
  return { blockStages, mapStarts: Uint32Array.from(mapStarts) };
}

/** Where a non-zero goes. */
interface Place {
  /** The slice, counted over all stages. */
  slice: number;
  /** Its row within the slice. */
  lane: number;
  /** How many entries of the row come before it in the slice. */
  step: number;
  /** The slot of the row of B it is multiplied by. */
  slot: number;
  /** Its number in the matrix. */
  entry: number;
}

/** Sees a place, which is used again for the next one. */
type Visit = (place: Readonly<Place>) => void;

/** Walks the non-zeros of a matrix block by block. */
class BlockWalk {
  readonly blocks: number;
  readonly #a: Csr;
  readonly #staging: Staging;
  readonly #rowOrder: Uint32Array | undefined;
  /** Per column the last block that was seen to need it, from 1. */
  readonly #neededBy: Uint32Array;
  /** Per column its place in the map of the present block. */
  readonly #rank: Uint32Array;

  constructor(a: Csr, staging: Staging, rowOrder: Uint32Array | undefined) {
    this.blocks = Math.ceil(a.rows / staging.blockRows);
    this.#a = a;
    this.#staging = staging;
    this.#rowOrder = rowOrder;
    this.#neededBy = new Uint32Array(a.cols);
    this.#rank = new Uint32Array(a.cols);
  }

  /** The distinct columns of a block, ascending. */
  columnsOf(block: number): Uint32Array {
    const { rowOffsets, colIndices } = this.#a;
    const columns: number[] = [];
    for (const row of this.#rowsOf(block)) {
      for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
        const column = colIndices[entry];
        if (this.#neededBy[column] === block + 1) continue;
        this.#neededBy[column] = block + 1;
        columns.push(column);
      }
    }
    return Uint32Array.from(columns).sort();
  }

  /** Visits the non-zeros of a block, row after row. */
  visit(block: number, map: Uint32Array, firstSlice: number, visit: Visit): void {
    const { rowOffsets, colIndices } = this.#a;
    const { blockRows, slots } = this.#staging;
    map.forEach((column, rank) => this.#rank[column] = rank);
    const place: Place = { slice: 0, lane: 0, step: 0, slot: 0, entry: 0 };
    let thread = 0;
    for (const row of this.#rowsOf(block)) {
      place.lane = thread % SLICE_LANES;
      const sliceInBlock = firstSlice + Math.floor(thread / SLICE_LANES);
      place.slice = -1;
      for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
        const rank = this.#rank[colIndices[entry]];
        const stage = Math.floor(rank / (slots - 1));
        const slice = sliceInBlock + stage * (blockRows / SLICE_LANES);
        place.step = slice === place.slice ? place.step + 1 : 0;
        place.slice = slice;
        place.slot = rank % (slots - 1);
        place.entry = entry;
        visit(place);
      }
      thread++;
    }
  }

  #rowsOf(block: number): Uint32Array {
    const { blockRows } = this.#staging;
    const start = block * blockRows;
    const end = Math.min(start + blockRows, this.#a.rows);
    return this.#rowOrder?.subarray(start, end) ??
      Uint32Array.from({ length: end - start }, (_, i) => start + i);
  }
}
