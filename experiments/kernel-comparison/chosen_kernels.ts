import type { Study } from "./family_times.ts";

/** What kernels are chosen for. */
export interface Occasion {
  /** What the point is for. */
  readonly study: Study;
  /** What values, B and C are stored as. */
  readonly storage: "f32" | "f16";
  /** Whether Aᵀ is multiplied. */
  readonly transpose: boolean;
}

/** What serves both directions, against the best by rows, which transposes when it inspects. */
const BY_BLOCKS_AND_ROWS = ["csb", "sliced-k+swizzle", "auto", "csb-cpu", "row-split-cpu"];
/**
 * Sliced-K in both orders: on many matrices the plain one is the best of all families in f32, and a
 * best is compared with another only if the same could have been it.
 */
const BOTH_WAYS = ["sliced-k", ...BY_BLOCKS_AND_ROWS];
/** The families that a choice is between, on a GPU; of halves by matrix units where it has them. */
const SHORT_LIST = [...BOTH_WAYS, "dense", "dense-mma"];
/** With what all others are measured by; one order of sliced-K tells what a width costs. */
const OVER_WIDTHS = ["row-split", ...BY_BLOCKS_AND_ROWS, "dense"];

/**
 * The kernels for an occasion where all are wanted: all of them in f32 by A, and short lists beside,
 * so that a run ends in minutes. Who names kernels gets those, on every occasion.
 *
 * @param wanted Names of kernels, `auto` or `all`.
 */
export function kernelsFor(
  wanted: readonly string[],
  { study, storage, transpose }: Occasion,
): readonly string[] {
  if (!wanted.includes("all")) return wanted;
  if (transpose) return BOTH_WAYS;
  if (study === "widths") return OVER_WIDTHS;
  return storage === "f16" ? SHORT_LIST : wanted;
}
