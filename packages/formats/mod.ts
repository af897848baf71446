/**
 * Sparse matrices as plain typed arrays: formats, exact conversions, checkers, files.
 *
 * @module
 */
export { type Dense, dense, type DenseData } from "./dense.ts";
export { FormatError, type FormatFault } from "./errors.ts";
export { checkCoo, type Coo, cooFromCsr } from "./coo.ts";
export { checkCsc, type Csc, cscFromCsr, csrFromCsc } from "./csc.ts";
export {
  checkCsr,
  type Csr,
  csrFromDense,
  denseFromCsr,
  sliceRows,
  takeRows,
  transposeCsr,
} from "./csr.ts";
export { csrFromCoo, type CsrFromCooOptions } from "./csr_from_coo.ts";
export {
  type PowerLawOptions,
  powerLawRowLengths,
  randomCsr,
  type RandomCsrOptions,
  randomDense,
  type RandomSource,
  randomSource,
} from "./random.ts";
export {
  checkCsb,
  type Csb,
  csbBlockEntries,
  type CsbBlockExtent,
  csbBlockExtent,
  type CsbEntry,
  csbEntry,
  type CsbGrid,
  csbGrid,
  csbIndexBits,
  csbLocalIndex,
  type CsbOrder,
  type CsbShape,
} from "./csb.ts";
export { csrFromCsb } from "./csb_decode.ts";
export {
  csbBlockPointers,
  type CsbBlockSizes,
  csbBlockSizes,
  csbFromCsr,
  type CsbOptions,
} from "./csb_encode.ts";
export { type ByteSource } from "./byte_source.ts";
export {
  readCategories,
  type ReadCategoriesOptions,
  readGraphChallenge,
  type ReadGraphChallengeOptions,
  readNumbers,
} from "./graph_challenge.ts";
export { readMatrixFile, type ReadMatrixFileOptions, writeMatrixFile } from "./matrix_file.ts";
export { readMatrixMarket } from "./matrix_market.ts";
export { readNpy, writeNpy } from "./npy.ts";
export { readNpz, writeNpz } from "./npz.ts";
export { ParseError, type ParseFault, type ParseFinding, type ParsePlace } from "./parse_error.ts";
export { type ReadCoordinatesOptions, type ReadLimits, type ReadOptions } from "./read_options.ts";
export { readSmtx, type ReadSmtxOptions } from "./smtx.ts";
export { writeGraphChallenge, writeMatrixMarket, writeSmtx } from "./write_text.ts";
export { type Bsr, bsrFromCsr, type BsrOptions, checkBsr, csrFromBsr } from "./bsr.ts";
export { checkSell, csrFromSell, type Sell, sellFromCsr, type SellOptions } from "./sell.ts";
export { bytesOf, type MatrixBytes } from "./bytes.ts";
export {
  type FormatName,
  type FormatOptions,
  type SparseFormats,
  type SparseMatrix,
} from "./codecs.ts";
export { checkMatrix, FORMATS, fromCsr, toCsr } from "./convert.ts";
export {
  type BlockStatistics,
  blockStatistics,
  columnLengths,
  columnStatistics,
  orderByLength,
  rowLengths,
  type RowStatistics,
  rowStatistics,
} from "./statistics.ts";
