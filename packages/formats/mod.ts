export { type Dense, dense, type DenseData } from "./dense.ts";
export { FormatError, type FormatFault } from "./errors.ts";
export { type Csr } from "./csr.ts";
