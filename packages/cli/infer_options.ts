import type { PlanOptions } from "@spmm/network";
import type { DeviceChoice } from "@spmm/runner";
import type { EngineName, Partition } from "@spmm/scheduler";
import { UsageError } from "./errors.ts";

/** What the command line of `infer` gives. */
export interface InferCommandOptions {
  readonly network: string;
  readonly inputs: string;
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly budget?: number;
  readonly chunk?: number;
  readonly pruning: boolean;
  readonly fusion: boolean;
  readonly staging?: true;
  readonly reordering: boolean;
  readonly codebook?: true;
  readonly deduplication?: true;
  readonly fixedPoints?: true;
  readonly outputs?: string;
  readonly survivors?: string;
  readonly explain?: true;
  readonly json?: true;
  readonly engine?: EngineName;
  readonly devices?: string;
  readonly partition?: Partition;
  readonly shards?: string;
  readonly resume?: true;
  readonly patience?: number;
}

/** Options that only engines have, and those that they do not have. */
const OF_ENGINES = ["devices", "partition", "shards", "resume", "patience"] as const;
const NOT_OF_ENGINES = ["threads", "outputs", "explain"] as const;

/** Sees to it that options go together. */
export function checkTogether(options: InferCommandOptions): void {
  const { engine, device, shards, resume } = options;
  const found = (names: readonly (keyof InferCommandOptions)[]) =>
    names.find((name) => options[name] !== undefined);
  const stray = engine === undefined ? found(OF_ENGINES) : found(NOT_OF_ENGINES);
  if (stray !== undefined) {
    const rule = engine === undefined ? "goes with --engine" : "does not go with --engine";
    throw new UsageError(`Cannot infer: --${stray} ${rule}: received ${options[stray]}`);
  }
  if (engine !== undefined && device !== "auto") {
    const rule = "engines take --devices, as in cpu:2 or 0,1, and not --device";
    throw new UsageError(`Cannot infer: ${rule}: received ${device}`);
  }
  if (resume && shards === undefined) {
    const rule = "--resume needs --shards, the folder of what is finished";
    throw new UsageError(`Cannot infer: ${rule}: received none`);
  }
}

/** Devices for workers, as the scheduler reads them. */
export function devicesOf(text: string): string {
  if (/^(all|\d+(,\d+)*|(cpu|llvmpipe)(:[1-9]\d*)?)$/.test(text)) return text;
  const rule = "they must be all, numbers as in 0,1, cpu:4 or llvmpipe:2";
  throw new UsageError(`Cannot read devices: ${rule}: received ${text}`);
}

const PARTITIONS: Readonly<Record<string, Partition["kind"]>> = {
  static: "static",
  speed: "weighted",
  dynamic: "dynamic",
};

/** A way to share inputs out: `static`, `speed` or `dynamic`. */
export function partitionOf(text: string): Partition {
  const kind: Partition["kind"] | undefined = PARTITIONS[text];
  if (kind !== undefined) return { kind };
  const rule = "it must be static, speed or dynamic";
  throw new UsageError(`Cannot read a partition: ${rule}: received ${text}`);
}

/** The wishes for the plan among them; what was left as it is is left to the plan. */
export function planOptionsOf(options: InferCommandOptions): PlanOptions {
  const { pruning, fusion, reordering, budget, chunk } = options;
  const { staging = false, codebook = false, deduplication = false, fixedPoints = false } = options;
  const strategies = {
    ...{ pruning, fusion, staging, reordering },
    ...{ codebook, deduplication, fixedPoints },
  };
  return {
    strategies,
    ...budget !== undefined && { budgetBytes: budget },
    ...chunk !== undefined && { chunk },
  };
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes, as in `512MiB` or `2GB`. */
export function budgetOf(text: string): number {
  const found = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text);
  const unit: number | undefined = UNITS[found?.[2].toLowerCase() ?? "none"];
  const bytes = Math.floor(Number(found?.[1]) * unit);
  if (bytes >= 1) return bytes;
  const rule = "it must be bytes from 1, or with a unit as in 512MiB or 2GB";
  throw new UsageError(`Cannot read a budget: ${rule}: received ${text}`);
}

/** A file that a dense matrix goes to. */
export function npyFileOf(text: string): string {
  if (/\.npy(\.gz)?$/.test(text)) return text;
  throw new UsageError(`Cannot write outputs: the file must end in .npy: received ${text}`);
}
