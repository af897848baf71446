import type { Csr } from "@spmm/formats";

/**
 * Where a matrix comes from, to be shown wherever it is:
 * - `file`: published data; where the file has no values, they are drawn;
 * - `stand-in`: generated after the published statistics of a matrix that is not at hand;
 * - `generated`: after no particular matrix.
 */
export type Origin = "file" | "stand-in" | "generated";

/** A matrix of a collection. */
export interface NamedMatrix {
  /** Its name in the collection; a stand-in says so in its name as well. */
  readonly name: string;
  /** Where it comes from. */
  readonly origin: Origin;
  /** The matrix. */
  readonly matrix: Csr;
}
