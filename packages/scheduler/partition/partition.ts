/**
 * How inputs are shared out.
 *
 * - `static`: equal parts beforehand, as in the paper.
 * - `weighted`: parts in proportion to speed; without `speeds`, every worker first runs a small part
 *   of the inputs, which measures it.
 * - `dynamic`: chunks from a queue by guided self-scheduling, weighted by the speeds seen so far.
 *
 * Whatever the partition, what a lost worker leaves behind goes to whoever is free.
 */
export type Partition =
  | { readonly kind: "static" }
  | {
    readonly kind: "weighted";
    /** Inputs per second of each worker, or anything in proportion. */
    readonly speeds?: readonly number[];
    /** Share of all inputs that measures the workers; 1/32 where absent. */
    readonly probe?: number;
  }
  | {
    readonly kind: "dynamic";
    /** No chunk is smaller but for the last; 1/32 of a worker's equal part where absent. */
    readonly smallest?: number;
  };

/** A name for reports. */
export function partitionLabel(partition: Partition): string {
  if (partition.kind !== "weighted") return partition.kind;
  return partition.speeds ? "weighted by given speeds" : "weighted by measured speeds";
}
