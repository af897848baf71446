/**
 * Data that is not there, or is not what it should be.
 *
 * @example What is missing is named
 * ```ts
 * import { DatasetError } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const error = new DatasetError("Cannot load DLMC: the folder must exist: received ./dlmc");
 * assert.equal(error.name, "DatasetError");
 * ```
 */
export class DatasetError extends Error {
  /** The class, as `Error` has it. */
  override readonly name = "DatasetError";
}
