import { cannot } from "./checks.ts";
import {
  codecOf,
  CODECS,
  type FormatName,
  type FormatOptions,
  type SparseFormats,
  type SparseMatrix,
} from "./codecs.ts";
import type { Csr } from "./csr.ts";

/** The names of the sparse formats. */
export const FORMATS: readonly FormatName[] = Object.keys(CODECS).filter(isFormatName);

function isFormatName(name: string): name is FormatName {
  return name in CODECS;
}

/**
 * Converts from any format to CSR, exactly: values bit by bit, explicit zeros included.
 *
 * @param a The matrix; a CSR is given back as it is.
 * @throws {FormatError} If coordinates break an invariant or stand twice.
 *
 * @example Whatever it was
 * ```ts
 * import { fromCsr, randomCsr, toCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 9, cols: 7, density: 0.4, seed: 1 });
 * assert.deepEqual(toCsr(fromCsr(a, "sell")), a);
 * ```
 */
export function toCsr(a: SparseMatrix): Csr {
  return codecOf(a).decode(a);
}

/**
 * Converts from CSR to the format of that name, exactly.
 *
 * @param a The matrix; shared with the result where the format allows it.
 * @param format The format's name.
 * @param options Block size and the like; what the format does not know is ignored.
 * @throws {FormatError} If there is no such format, or it cannot take the options.
 *
 * @example By name
 * ```ts
 * import { fromCsr, randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 9, cols: 7, density: 0.4, seed: 1 });
 * assert.equal(fromCsr(a, "csb", { blockSize: 8 }).blockSize, 8);
 * ```
 */
export function fromCsr<F extends FormatName>(
  a: Csr,
  format: F,
  options: FormatOptions = {},
): SparseFormats[F] {
  if (!FORMATS.includes(format)) {
    throw cannot(
      "convert",
      format,
      "option",
      `format must be one of ${FORMATS.join(", ")}`,
      format,
    );
  }
  return CODECS[format].encode(a, options);
}

/**
 * Checks every invariant of a matrix's format.
 *
 * @param a The matrix.
 * @throws {FormatError} At the first invariant that is broken.
 *
 * @example After a conversion
 * ```ts
 * import { checkMatrix, FORMATS, fromCsr, randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 9, cols: 7, density: 0.4, seed: 1 });
 * for (const format of FORMATS) assert.doesNotThrow(() => checkMatrix(fromCsr(a, format)));
 * ```
 */
export function checkMatrix(a: SparseMatrix): void {
  codecOf(a).check(a);
}
