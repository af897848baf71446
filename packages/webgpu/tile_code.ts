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

/**
 * WGSL statements: the first slice of a row adds the others' `sums` to its own, in their order, so
 * that results are the same from run to run. `slice` and `thread` are in scope.
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
 * const code = addSlices(1, 2, {
 *   keep: (place, sum) => `slice_sums[${place}] = ${sum};`,
 *   kept: (place) => `slice_sums[${place}]`,
 * });
 * assert.match(code, /sums\[0\] \+= slice_sums\[/);
 * ```
 */
export function addSlices(
  vectorsPerLane: number,
  slices: number,
  { keep, kept }: SliceSums,
): string {
  const own = (v: number): string => `${v}u * THREADS + thread`;
  const addOther = (other: number): string =>
    unrolled(vectorsPerLane, (v) => `sums[${v}] += ${kept(`${own(v)} + ${other}u * LANES`)};`);
  return /* wgsl */ `if (slice > 0u) {
    ${unrolled(vectorsPerLane, (v) => keep(own(v), `sums[${v}]`))}
  }
  workgroupBarrier();
  if (slice == 0u) {
    ${unrolled(slices - 1, (before) => addOther(before + 1))}
  }`;
}
