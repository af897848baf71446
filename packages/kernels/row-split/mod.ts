/**
 * Row-split SpMM: a row of C to a warp, coalesced along the columns of B.
 *
 * @module
 */
export { rowSplit } from "./row_split.ts";
