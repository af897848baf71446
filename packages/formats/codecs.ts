import { type Bsr, bsrFromCsr, type BsrOptions, checkBsr, csrFromBsr } from "./bsr.ts";
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

/** Options of all formats; each takes those it knows. */
export type FormatOptions = CsbOptions & SellOptions & BsrOptions;

/** All that the rest of the house needs to know of a format. */
export interface Codec<Matrix> {
  /** Encodes exactly, sharing arrays where the format allows it. */
  encode(a: Csr, options: FormatOptions): Matrix;
  /** Decodes exactly. */
  decode(a: Matrix): Csr;
  /** Checks every invariant. */
  check(a: Matrix): void;
  /** The arrays that tell where an entry is. */
  indices(a: Matrix): readonly Uint32Array[];
  /** The arrays that tell where a row, column, block or slice begins, and in which order. */
  pointers(a: Matrix): readonly Uint32Array[];
}

/** The formats. A new one is a file of its own, a line above and an entry here. */
export const CODECS: { readonly [F in FormatName]: Codec<SparseFormats[F]> } = {
  coo: {
    encode: cooFromCsr,
    decode: csrFromCoo,
    check: checkCoo,
    indices: (a) => [a.rowIndices, a.colIndices],
    pointers: () => [],
  },
  csr: {
    encode: (a) => a,
    decode: (a) => a,
    check: checkCsr,
    indices: (a) => [a.colIndices],
    pointers: (a) => [a.rowOffsets],
  },
  csc: {
    encode: cscFromCsr,
    decode: csrFromCsc,
    check: checkCsc,
    indices: (a) => [a.rowIndices],
    pointers: (a) => [a.colOffsets],
  },
  csb: {
    encode: csbFromCsr,
    decode: csrFromCsb,
    check: checkCsb,
    indices: (a) => [a.indices],
    pointers: (a) => [a.blockPointers],
  },
  sell: {
    encode: sellFromCsr,
    decode: csrFromSell,
    check: checkSell,
    indices: (a) => [a.colIndices],
    pointers: (a) => [a.sliceOffsets, a.rowOrder, a.rowLengths],
  },
  bsr: {
    encode: bsrFromCsr,
    decode: csrFromBsr,
    check: checkBsr,
    indices: (a) => [a.blockColumns, a.occupancy],
    pointers: (a) => [a.blockOffsets],
  },
};

/** The codec of a matrix's own format. */
export function codecOf<F extends FormatName>(a: SparseFormats[F]): Codec<SparseFormats[F]> {
  // A matrix of format F is tagged F; the compiler follows the tag only where F is one literal.
  return CODECS[a.format as F];
}
