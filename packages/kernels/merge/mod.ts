/**
 * Merge-based SpMM: row ends and non-zeros are shared out in equal parts, whatever the rows' lengths.
 *
 * @module
 */
export { merge } from "./merge.ts";
export { type MergePathPartition, mergePathPartition } from "./merge_path.ts";
