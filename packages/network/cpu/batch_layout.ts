import type { Network } from "../network.ts";

/** Inputs of a batch: eight vectors of four, so that a row is two cache lines. */
export const COLUMNS = 32;

const ROW_BYTES = 4 * COLUMNS;
/** Behind the rows: ids, who is alive, and room to work in, a row each. */
const TAIL_ROWS = 3;

/**
 * Where a neuron's row begins in a batch, in bytes. One row in 33 stays empty, so that rows a power
 * of two apart, as the supports of RadiX-Nets are, do not meet in one cache set.
 *
 * ```text
 *            32 inputs, 4 bytes each
 *   row 0    │ x x x … │                 neuron 0
 *     …
 *   row 31   │ x x x … │                 neuron 31
 *   row 32   │         │                 empty
 *   row 33   │ x x x … │                 neuron 32
 *     …
 *   tail     │ id …    │ alive …  │ …    which input each column is, and whether it is alive
 * ```
 */
export function rowOffset(row: number): number {
  return (row + Math.floor(row / COLUMNS)) * ROW_BYTES;
}

/** Where the tail begins: behind the rows of the widest layer. */
export function tailOffset({ layers }: Network): number {
  return layers.reduce(
    (most, { weights }) => Math.max(most, rowOffset(weights.rows)),
    rowOffset(layers[0].weights.cols),
  );
}

/** Bytes of a batch. */
export function batchBytes(network: Network): number {
  return tailOffset(network) + TAIL_ROWS * ROW_BYTES;
}
