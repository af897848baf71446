import { type Bsr, bsrFromCsr, type BsrOptions, checkBsr, csrFromBsr } from "./bsr.ts";
import { cannot } from "./checks.ts";
import { checkCoo, type Coo, cooFromCsr } from "./coo.ts";
import { checkCsb, type Csb } from "./csb.ts";
import { csrFromCsb } from "./csb_decode.ts";
import { csbFromCsr, type CsbOptions } from "./csb_encode.ts";
import { checkCsc, type Csc, cscFromCsr, csrFromCsc } from "./csc.ts";
import { checkCsr, type Csr } from "./csr.ts";
import { csrFromCoo } from "./csr_from_coo.ts";
import { checkSell, csrFromSell, type Sell, sellFromCsr, type SellOptions } from "./sell.ts";

/** The sparse formats by name. */
export interface SparseFormats {
  /** Coordinates. */
  readonly coo: Coo;
  /** Compressed sparse rows, the hub. */
  readonly csr: Csr;
  /** Compressed sparse columns. */
  readonly csc: Csc;
  /** Compressed sparse blocks. */
  readonly csb: Csb;
  /** SELL-C-σ. */
  readonly sell: Sell;
  /** Block sparse rows. */
  readonly bsr: Bsr;
}

/** The name of a sparse format. */
export type FormatName = keyof SparseFormats;

/** A matrix in any of the sparse formats; `format` tells which. */
export type SparseMatrix = SparseFormats[FormatName];

/** The names of the sparse formats. */
export const FORMATS: readonly FormatName[] = ["coo", "csr", "csc", "csb", "sell", "bsr"];

/** Options of all formats; each takes those it knows. */
export type FormatOptions = CsbOptions & SellOptions & BsrOptions;

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
  switch (a.format) {
    case "coo":
      return csrFromCoo(a);
    case "csr":
      return a;
    case "csc":
      return csrFromCsc(a);
    case "csb":
      return csrFromCsb(a);
    case "sell":
      return csrFromSell(a);
    case "bsr":
      return csrFromBsr(a);
  }
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
  const encode: { readonly [G in FormatName]: () => SparseFormats[G] } = {
    coo: () => cooFromCsr(a),
    csr: () => a,
    csc: () => cscFromCsr(a),
    csb: () => csbFromCsr(a, options),
    sell: () => sellFromCsr(a, options),
    bsr: () => bsrFromCsr(a, options),
  };
  if (!FORMATS.includes(format)) {
    throw cannot(
      "convert",
      format,
      "option",
      `format must be one of ${FORMATS.join(", ")}`,
      format,
    );
  }
  return encode[format]();
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
  switch (a.format) {
    case "coo":
      return checkCoo(a);
    case "csr":
      return checkCsr(a);
    case "csc":
      return checkCsc(a);
    case "csb":
      return checkCsb(a);
    case "sell":
      return checkSell(a);
    case "bsr":
      return checkBsr(a);
  }
}
