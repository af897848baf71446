import { DeviceError } from "../errors.ts";
import type { PhysicalGpu } from "./find_gpus.ts";
import type { WorkerDevice } from "./worker_device.ts";

/** What a choice of devices depends on. */
export interface DeviceSituation {
  /** The GPUs that this process may use. */
  readonly gpus: readonly PhysicalGpu[];
  /** Threads of this machine, for CPU workers to share. */
  readonly threads: number;
  /** Value of an environment variable; batch systems name a task's GPUs there. */
  readonly environment?: (name: string) => string | undefined;
}

/** Variables that name a process's GPUs, each in its vendor's or batch system's words. */
const ASSIGNMENTS = [
  "CUDA_VISIBLE_DEVICES",
  "NVIDIA_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "HIP_VISIBLE_DEVICES",
];

/**
 * Reads a wish for devices: a worker for each.
 *
 * - `all`: every GPU that is there and, where a batch system has assigned some, assigned;
 * - `0,2`: these of them;
 * - `cpu`, `cpu:4`: one or several workers on the CPU, which share its cores;
 * - `llvmpipe`, `llvmpipe:2`: workers on Mesa's WebGPU for the CPU; GPUs are hidden from them.
 *
 * @param wish The wish.
 * @param situation What there is; `findGpus` finds the GPUs.
 * @throws {DeviceError} If the wish is not understood, or a GPU is not there.
 *
 * @example The second of two GPUs
 * ```ts
 * import { chooseDevices } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const gpus = ["/dev/nvidia0", "/dev/nvidia1"].map((node) => ({ node, nodes: [node] }));
 * const [device] = chooseDevices("1", { gpus, threads: 8 });
 * assert.deepEqual(device, { kind: "gpu", label: "nvidia1", hidden: ["/dev/nvidia0"] });
 * assert.equal(chooseDevices("cpu:4", { gpus, threads: 8 })[3].threads, 2);
 * ```
 */
export function chooseDevices(wish: string, situation: DeviceSituation): WorkerDevice[] {
  const standIn = /^(?<kind>cpu|llvmpipe)(?::(?<count>\d+))?$/.exec(wish)?.groups;
  if (standIn) {
    return standIns(standIn["kind"] === "cpu", Number(standIn["count"] ?? 1), wish, situation);
  }
  const gpus = assigned(situation);
  if (wish === "all") {
    if (gpus.length > 0) return gpus.map((gpu) => gpuDevice(gpu, situation.gpus));
    throw new DeviceError(
      "Cannot use all GPUs: there must be one; cpu:2 takes two workers on the CPU instead: " +
        "received none",
    );
  }
  if (!/^\d+(,\d+)*$/.test(wish)) {
    throw new DeviceError(
      "Cannot choose devices: they are all, numbers as in 0,1, cpu:4 or llvmpipe:2: " +
        `received ${JSON.stringify(wish)}`,
    );
  }
  return [...new Set(wish.split(",").map(Number))].map((number) => {
    if (number < gpus.length) return gpuDevice(gpus[number], situation.gpus);
    throw new DeviceError(
      `Cannot use GPU ${number}: there are ${gpus.length}, numbered from 0: received ${wish}`,
    );
  });
}

function standIns(
  cpu: boolean,
  count: number,
  wish: string,
  { gpus, threads }: DeviceSituation,
): WorkerDevice[] {
  if (count < 1) {
    throw new DeviceError(`Cannot choose devices: one or more workers: received ${wish}`);
  }
  return Array.from({ length: count }, (_, i): WorkerDevice =>
    cpu
      ? {
        kind: "cpu",
        label: `cpu ${i}`,
        threads: Math.max(1, Math.floor(threads / count)),
        hidden: [],
      }
      : { kind: "gpu", label: `llvmpipe ${i}`, hidden: gpus.flatMap(({ nodes }) => nodes) });
}

/** Where only one GPU is left, whatever confined the process has spoken and numbers mean nothing. */
function assigned({ gpus, environment }: DeviceSituation): readonly PhysicalGpu[] {
  if (gpus.length <= 1) return gpus;
  for (const name of ASSIGNMENTS) {
    const names = environment?.(name)?.split(",").map((part) => part.trim()).filter(Boolean);
    if (!names?.length || names[0] === "all" || names[0] === "void") continue;
    if (names[0] === "none" || names[0] === "-1") return [];
    return names.map((part) => {
      const gpu = gpus.find(({ uuid }) => uuid === part) ??
        (/^\d+$/.test(part) ? gpus[Number(part)] : undefined);
      if (gpu !== undefined) return gpu;
      throw new DeviceError(
        `Cannot use the GPUs that ${name} names: each must be a number below ${gpus.length} or ` +
          `a GPU's UUID: received ${part}`,
      );
    });
  }
  return gpus;
}

function gpuDevice(own: PhysicalGpu, all: readonly PhysicalGpu[]): WorkerDevice {
  return {
    kind: "gpu",
    label: own.node.split("/").at(-1) ?? own.node,
    hidden: all.filter((gpu) => gpu !== own).flatMap(({ nodes }) => nodes),
  };
}
