import { csb, csbWalk, csbWalkKernel } from "@spmm/csb";
import { merge } from "@spmm/merge";
import { rowSplit } from "@spmm/row-split";
import { rowBundles, swizzled } from "@spmm/row-swizzle";
import { slicedK } from "@spmm/sliced-k";
import type { SpmmKernel } from "@spmm/spmm";
import {
  bundleSchedule,
  csbChunkSchedule,
  csbLineSchedule,
  mergeSchedule,
  rowSplitSchedule,
  type Scheduler,
  slicedSchedule,
  swizzledSchedule,
  swizzledSlicedSchedule,
  unpackedSchedule,
} from "./schedules.ts";

/** A kernel with the way in which it shares out its work. */
export interface Balanced {
  /** The kernel. */
  readonly kernel: SpmmKernel;
  /** How it shares out a matrix, by its own rule. */
  readonly schedule: Scheduler;
}

/** CSB walked in place without balancing: every block row is one workgroup's. */
const csbWholeLines = csbWalkKernel({ name: "csb-walk-whole-lines", chunkNonZeros: Infinity });

/** From no balance at all to the most, by rows and then by blocks. */
export const CONTENDERS: readonly Balanced[] = [
  { kernel: rowSplit, schedule: rowSplitSchedule },
  { kernel: swizzled(rowSplit), schedule: swizzledSchedule },
  { kernel: rowBundles, schedule: bundleSchedule },
  { kernel: slicedK, schedule: slicedSchedule },
  { kernel: swizzled(slicedK), schedule: swizzledSlicedSchedule },
  { kernel: merge, schedule: mergeSchedule },
  { kernel: csbWholeLines, schedule: csbLineSchedule },
  { kernel: csbWalk, schedule: csbChunkSchedule },
  // Its blocks are unpacked to rows; what is shared out is their product.
  { kernel: csb, schedule: unpackedSchedule },
];

/** Their names, in this order: that of colours in all figures. */
export const CONTENDER_NAMES: readonly string[] = CONTENDERS.map(({ kernel }) => kernel.name);
