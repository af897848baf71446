import type { Csr } from "@spmm/formats";
import { NetworkError } from "./errors.ts";
import type { Network } from "./network.ts";

/**
 * Checks of inputs what keeps every access of the threads inside its buffers. The order of columns
 * in a row does not matter to them, and a full `checkCsr` would cost more than many a layer; O(nnz).
 *
 * @throws {NetworkError} If inputs have another number of columns than the first layer, an offset
 * falls, an input has more entries than columns, a length is wrong, or a column is out of range.
 */
export function checkInputs(network: Network, inputs: Csr): void {
  checkInputRows(network, inputs);
  const { cols, colIndices } = inputs;
  // The largest alone: a loop without a branch is several times as fast.
  let largest = 0;
  for (let entry = 0; entry < colIndices.length; entry++) {
    largest = Math.max(largest, colIndices[entry]);
  }
  if (colIndices.length > 0 && largest >= cols) {
    throw refusal(network, `columns must be below ${cols}`, largest);
  }
}

/**
 * The part of {@linkcode checkInputs} that does not look at columns, for a device that looks at them
 * itself; O(rows).
 */
export function checkInputRows(network: Network, inputs: Csr): void {
  const refuse = (rule: string, received: number): NetworkError => refusal(network, rule, received);
  const { rows, cols, rowOffsets, colIndices, values } = inputs;
  const width = network.layers[0].weights.cols;
  if (cols !== width) throw refuse(`inputs must have ${width} columns`, cols);
  if (rowOffsets.length !== rows + 1) {
    throw refuse(`${rows} inputs need ${rows + 1} offsets`, rowOffsets.length);
  }
  if (rowOffsets[0] !== 0) throw refuse("the first offset must be 0", rowOffsets[0]);
  for (let row = 0; row < rows; row++) {
    if (rowOffsets[row] > rowOffsets[row + 1]) {
      throw refuse(`the offset after input ${row} must not fall`, rowOffsets[row + 1]);
    }
    const length = rowOffsets[row + 1] - rowOffsets[row];
    if (length > cols) throw refuse(`input ${row} must have at most ${cols} entries`, length);
  }
  const entries = rowOffsets[rows];
  if (values.length !== entries || colIndices.length !== entries) {
    throw refuse(`there must be ${entries} columns and values`, values.length);
  }
}

function refusal({ name }: Network, rule: string, received: number): NetworkError {
  return new NetworkError(`Cannot infer with ${name}: ${rule}: received ${received}`);
}
