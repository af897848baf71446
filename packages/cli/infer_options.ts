import type { PlanOptions } from "@spmm/network";
import type { DeviceChoice } from "@spmm/runner";
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
  readonly staging: boolean;
  readonly reordering: boolean;
  readonly codebook?: true;
  readonly deduplication?: true;
  readonly fixedPoints?: true;
  readonly outputs?: string;
  readonly survivors?: string;
  readonly explain?: true;
  readonly json?: true;
}

/** The wishes for the plan among them; what was left as it is is left to the plan. */
export function planOptionsOf(options: InferCommandOptions): PlanOptions {
  const { pruning, fusion, staging, reordering, budget, chunk } = options;
  const { codebook = false, deduplication = false, fixedPoints = false } = options;
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
