import { type Dense, dense, randomDense, randomSource } from "@spmm/formats";
import type { Storage } from "../problem.ts";
import { roundToStorage } from "../storage.ts";
import type { Numbers } from "./matrices.ts";

/** A right-hand side drawn as the matrix asks, rounded to the storage. */
export function rightHandSide(
  rows: number,
  cols: number,
  seed: number,
  storage: Storage,
  numbers: Numbers = "plain",
): Dense {
  const { data } = randomDense(rows, cols, seed);
  if (numbers === "cancelling") repeatOddRows(data, rows, cols);
  if (numbers === "many magnitudes") {
    const random = randomSource(seed + 1);
    for (let at = 0; at < data.length; at++) data[at] *= 2 ** (random.below(9) - 4);
  }
  return dense(rows, cols, roundToStorage(data, storage));
}

/** Makes row 2i + 1 a copy of row 2i. */
function repeatOddRows(data: Dense["data"], rows: number, cols: number): void {
  for (let row = 1; row < rows; row += 2) {
    data.copyWithin(row * cols, (row - 1) * cols, row * cols);
  }
}
