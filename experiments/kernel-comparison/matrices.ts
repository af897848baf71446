import { chooseDlmc, type ChosenMatrix, DatasetError, type PeerTimes } from "@spmm/datasets";

/** Which matrices: a few, all that are at hand, or those that other libraries were measured on. */
export type MatrixSet = "sample" | "all" | "peers";

/** Non-zeros aimed at by the sample: enough to time, few enough for an adapter in software. */
const SAMPLE_NON_ZEROS = 30_000;

/**
 * Chooses matrices of the Deep Learning Matrix Collection; generated ones where it is not at hand.
 * The sample has one for each sparsity and network.
 *
 * @throws {DatasetError} If the peers' matrices are asked for and cannot be made.
 */
export async function chooseMatrices(set: MatrixSet, peers?: PeerTimes): Promise<ChosenMatrix[]> {
  switch (set) {
    case "all":
      return await chooseDlmc("all");
    case "sample":
      return await chooseDlmc({
        nonZeros: SAMPLE_NON_ZEROS,
        per: ({ model, sparsity }) => `${model} ${sparsity}`,
      });
    case "peers":
      if (peers !== undefined) {
        return await chooseDlmc({ names: peers.matrices.map(({ name }) => name) });
      }
      throw new DatasetError(
        "Cannot choose the peers' matrices: their times (--peers FILE) must be at hand: received none",
      );
  }
}
