import { unrolled } from "./unrolled.ts";

/**
 * WGSL statements: `vector_0`, `vector_1`, … are the vectors of columns of a lane whose first is
 * `first`. Lanes past the last column repeat it, and store nothing. In scope, here and below, are
 * `shape`, and of the workgroup's layout `LANES`, `SLICES`, `THREADS` and `Sums`.
 *
 * @param vectorsPerLane Vectors of columns of a lane.
 *
 * @example Two vectors
 * ```ts
 * import { laneVectors } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.match(laneVectors(2), /let vector_1 = min\(first \+ 1u \* LANES/);
 * ```
 */
export function laneVectors(vectorsPerLane: number): string {
  return unrolled(
    vectorsPerLane,
    (v) => `let vector_${v} = min(first + ${v}u * LANES, shape.vectors - 1u);`,
  );
}

/**
 * WGSL of `store_row(row, first, sums)`, which stores what a lane has of a row of C.
 *
 * @param vectorsPerLane Vectors of columns of a lane.
 *
 * @example One vector
 * ```ts
 * import { storeRow } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.equal(storeRow(1).match(/store_c/g)?.length, 1);
 * ```
 */
export function storeRow(vectorsPerLane: number): string {
  return /* wgsl */ `
fn store_row(row: u32, first: u32, sums: Sums) {
  ${
    unrolled(vectorsPerLane, (v) =>
      `if (first + ${v}u * LANES < shape.vectors) {
    store_c(row, first + ${v}u * LANES, sums[${v}]);
  }`)
  }
}
`;
}

/** Where the slices of a row leave their sums for the first of them: WGSL. */
export interface SliceSums {
  /** The statement that keeps a sum at a place, of which there are `THREADS` for each vector. */
  keep(place: string, sum: string): string;
  /** The expression of the sum kept at a place. */
  kept(place: string): string;
}

/** Slices from which those that have handed in their sums would wait too long for a single one. */
const SLICES_OF_TWO_ROUNDS = 16;

/**
 * WGSL statements: the first slice of a row adds the others' `sums` to its own, in the same order in
 * every run, so that results are the same. Where slices are many, several add their share first, and
 * the first adds theirs in a second round: with 64 slices that is 14 additions one after the other
 * in place of 63. `slice` and `thread` are in scope.
 *
 * @param vectorsPerLane Vectors of columns of a lane.
 * @param slices Slices of a row.
 * @param shared Where slices leave their sums.
 *
 * @example In an array of workgroup memory
 * ```ts
 * import { addSlices } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const shared = {
 *   keep: (place: string, sum: string) => `slice_sums[${place}] = ${sum};`,
 *   kept: (place: string) => `slice_sums[${place}]`,
 * };
 * const additions = (slices: number) => addSlices(1, slices, shared).split("+=").length - 1;
 * assert.deepEqual([2, 8, 64].map(additions), [1, 7, 14]);
 * ```
 */
export function addSlices(vectorsPerLane: number, slices: number, shared: SliceSums): string {
  if (slices < SLICES_OF_TWO_ROUNDS) {
    return addRound(vectorsPerLane, slices, 1, "slice > 0u", shared);
  }
  const heads = 2 ** Math.round(Math.log2(slices) / 2);
  const isOfSecond = `slice > 0u && slice < ${heads}u`;
  return `${addRound(vectorsPerLane, slices, heads, `slice >= ${heads}u`, shared)}
  ${addRound(vectorsPerLane, heads, 1, isOfSecond, shared)}`;
}

/**
 * Of the first so many slices, some heads add the sums of those that follow each of them at their
 * distance; `hands` is the expression of a slice that hands in its sums.
 */
function addRound(
  vectorsPerLane: number,
  slices: number,
  heads: number,
  hands: string,
  { keep, kept }: SliceSums,
): string {
  const own = (v: number): string => `${v}u * THREADS + thread`;
  const addOther = (other: number): string =>
    unrolled(vectorsPerLane, (v) => `sums[${v}] += ${kept(`${own(v)} + ${other}u * LANES`)};`);
  const addTurn = (turn: number): string => {
    const isWhole = turn * heads + heads <= slices;
    const add = addOther(turn * heads);
    return isWhole ? add : `if (slice < ${slices - turn * heads}u) { ${add} }`;
  };
  return /* wgsl */ `if (${hands}) {
    ${unrolled(vectorsPerLane, (v) => keep(own(v), `sums[${v}]`))}
  }
  workgroupBarrier();
  if (${heads === 1 ? "slice == 0u" : `slice < ${heads}u`}) {
    ${unrolled(Math.ceil(slices / heads) - 1, (before) => addTurn(before + 1))}
  }`;
}
