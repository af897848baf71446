export { type Dense, dense, type DenseData } from "./dense.ts";
export { FormatError, type FormatFault } from "./errors.ts";
export { checkCoo, type Coo, cooFromCsr } from "./coo.ts";
export { checkCsc, type Csc, cscFromCsr, csrFromCsc } from "./csc.ts";
export {
  checkCsr,
  type Csr,
  csrFromCoo,
  type CsrFromCooOptions,
  csrFromDense,
  denseFromCsr,
  sliceRows,
  transposeCsr,
} from "./csr.ts";
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
export { type CsbBlockSizes, csbBlockSizes, csbFromCsr, type CsbOptions } from "./csb_encode.ts";
