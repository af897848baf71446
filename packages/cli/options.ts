import type { Storage } from "@spmm/spmm";
import type { DeviceChoice } from "@spmm/runner";
import { Option } from "commander";
import { UsageError } from "./errors.ts";

/** `--device`, as every command that computes takes it. */
export function deviceOption(help: string): Option {
  return new Option("--device <device>", help).choices(["auto", "cpu", "gpu"]).default("auto");
}

/** `--storage`, as every command that computes takes it. */
export function storageOption(): Option {
  return new Option("--storage <storage>", "store A's values, B and C as f32 or f16")
    .choices(["f32", "f16"]).default("f32");
}

/** What {@linkcode deviceOption} and {@linkcode storageOption} give. */
export interface ComputeOptions {
  readonly device: DeviceChoice;
  readonly storage: Storage;
}

/** A whole number from 1, as the value of an option. */
export function countOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`Cannot read a count: it must be a whole number from 1: received ${text}`);
}

/** Whole numbers from 1 with commas between. */
export function countsOf(text: string): number[] {
  return text.split(",").map(countOf);
}

/** Words with commas between. */
export function wordsOf(text: string): string[] {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}

/** A number from 0, as the value of an option. */
export function ceilingOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < Infinity) return value;
  throw new UsageError(`Cannot read a ceiling: it must be a number from 0: received ${text}`);
}

/** Rows and columns, as in `1024x512`. */
export function shapeOf(text: string): { readonly rows: number; readonly cols: number } {
  const found = /^(\d{1,9})x(\d{1,9})$/.exec(text);
  if (found !== null) return { rows: Number(found[1]), cols: Number(found[2]) };
  throw new UsageError(
    `Cannot read a shape: it must be rows x columns as in 1024x512: received ${text}`,
  );
}
