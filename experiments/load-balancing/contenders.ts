import { csb, csbKernel } from "@spmm/csb";
import { merge } from "@spmm/merge";
import { rowSplit } from "@spmm/row-split";
import { rowBundles, swizzled } from "@spmm/row-swizzle";
import type { SpmmKernel } from "@spmm/spmm";
import {
  bundleSchedule,
  csbChunkSchedule,
  csbLineSchedule,
  mergeSchedule,
  rowSplitSchedule,
  type Scheduler,
  swizzledSchedule,
} from "./schedules.ts";

/** A kernel with the way in which it shares out its work. */
export interface Balanced {
  /** The kernel. */
  readonly kernel: SpmmKernel;
  /** How it shares out a matrix, by its own rule. */
  readonly schedule: Scheduler;
}

/** CSB without its balancing: every block row is one workgroup's. */
const csbWholeLines = csbKernel({ name: "csb-whole-lines", chunkNonZeros: Infinity });

/** From no balance at all to the most. */
export const CONTENDERS: readonly Balanced[] = [
  { kernel: rowSplit, schedule: rowSplitSchedule },
  { kernel: swizzled(rowSplit), schedule: swizzledSchedule },
  { kernel: rowBundles, schedule: bundleSchedule },
  { kernel: merge, schedule: mergeSchedule },
  { kernel: csbWholeLines, schedule: csbLineSchedule },
  { kernel: csb, schedule: csbChunkSchedule },
];
