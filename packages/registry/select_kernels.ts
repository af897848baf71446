import type { DeviceKind, SpmmKernel } from "@spmm/spmm";
import { auto, autoCpu } from "./auto.ts";
import { kernels } from "./kernels.ts";

/**
 * The kernels of some names that run on a kind of device. `all` names every family, and `auto` the
 * choosers; names of kernels for other kinds of device are passed over.
 *
 * @param names Names of kernels, `auto` or `all`.
 * @param kind The kind of device.
 * @throws {RegistryError} If a name is of no kernel.
 *
 * @example One name of two is for the GPU
 * ```ts
 * import { selectKernels } from "@spmm/registry";
 * import assert from "node:assert/strict";
 *
 * const names = selectKernels(["row-split", "row-split-cpu"], "webgpu").map(({ name }) => name);
 * assert.deepEqual(names, ["row-split"]);
 * ```
 */
export function selectKernels(names: readonly string[], kind: DeviceKind): SpmmKernel[] {
  const named = names.flatMap((name) => {
    if (name === "all") return [...kernels, auto, autoCpu];
    if (name === "auto") return [auto, autoCpu];
    return [kernels.get(name)];
  });
  return [...new Set(named)].filter(({ device }) => device === kind);
}
