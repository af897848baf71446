import { csbCpu, rowSplitCpu } from "@spmm/cpu";
import { csb, csbWalk } from "@spmm/csb";
import { denseGemm, denseMma } from "@spmm/dense";
import { merge } from "@spmm/merge";
import { rowSplit } from "@spmm/row-split";
import { rowBundles, swizzled } from "@spmm/row-swizzle";
import { slicedEll } from "@spmm/sliced-ell";
import { slicedK } from "@spmm/sliced-k";
import { Registry } from "@spmm/spmm";
import { tiling1d } from "@spmm/tiling-1d";

/**
 * The kernels of this house by name, on WebGPU and on the CPU. A new family is one more line here.
 *
 * @example What runs on a GPU
 * ```ts
 * import { kernels } from "@spmm/registry";
 * import assert from "node:assert/strict";
 *
 * assert.ok(kernels.on("webgpu").some(({ name }) => name === "row-split"));
 * ```
 */
export const kernels: Registry = new Registry([
  rowSplit,
  swizzled(rowSplit),
  merge,
  rowBundles,
  tiling1d,
  swizzled(tiling1d),
  slicedK,
  swizzled(slicedK),
  csb,
  csbWalk,
  slicedEll,
  denseGemm,
  denseMma,
  rowSplitCpu,
  csbCpu,
]);
