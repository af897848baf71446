import { randomSource } from "@spmm/formats";
import type { Epilogue } from "../epilogue.ts";
import { extents, type SpmmProblem, type Storage } from "../problem.ts";
import { conformanceMatrices, type NamedMatrix, type Numbers } from "./matrices.ts";
import { pairwise, product } from "./pairwise.ts";

/** One multiplication that a kernel has to get right. */
export interface ConformanceCase {
  /** Says all that sets it apart: "arrow, n = 33, transposed, relu, f16". */
  readonly name: string;
  /** The matrix's name; cases of one matrix are run and reported together. */
  readonly matrix: string;
  /** The mistake the matrix is there to catch. */
  readonly hunts: string;
  /** What is planned. */
  readonly problem: SpmmProblem;
  /** Seeds the right-hand sides. */
  readonly seed: number;
  /** How the right-hand sides are drawn. */
  readonly numbers: Numbers;
}

/** The epilogues that are tested, by name. */
export const EPILOGUES = ["none", "bias", "relu", "bias + relu", "bias + clipped relu"] as const;

/** A name in {@linkcode EPILOGUES}. */
export type EpilogueName = typeof EPILOGUES[number];

/** Which cases to make. */
export interface CaseOptions {
  /** Every combination of every matrix, thousands of cases; false where absent. */
  readonly thorough?: boolean;
  /** Matrices of real data to multiply by too, at n from 32 to 128. */
  readonly realMatrices?: readonly NamedMatrix[];
}

/** Around every vector, subgroup and tile width in use. */
const COLUMNS = [1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 100, 128, 129];
const REAL_COLUMNS = [32, 64, 100, 128];
const CASES_PER_MATRIX = 7;
const CASES_PER_REAL_MATRIX = 3;

/**
 * The cases of the conformance suite: about 220, each a few thousand multiply-adds.
 *
 * Not every combination is tried, but every pair is: of any two options (n, transpose, epilogue,
 * storage, row order) each combination of values occurs, and every matrix meets every value of
 * each but n, of which it gets a few. Most faults need no more than two options to show (Kuhn,
 * Wallace, Gallo, IEEE TSE 30(6), 2004).
 *
 * @param options Real matrices, and whether to be thorough.
 *
 * @example Names tell cases apart
 * ```ts
 * import { conformanceCases } from "@spmm/spmm/conformance";
 * import assert from "node:assert/strict";
 *
 * const cases = conformanceCases();
 * assert.ok(cases.length > 150);
 * assert.equal(new Set(cases.map((one) => one.name)).size, cases.length);
 * ```
 */
export function conformanceCases(options: CaseOptions = {}): ConformanceCase[] {
  const { thorough = false, realMatrices = [] } = options;
  const battery = conformanceMatrices();
  return [
    ...combine(battery, COLUMNS, thorough ? Infinity : CASES_PER_MATRIX),
    ...withoutColumns(battery),
    ...combine(realMatrices, REAL_COLUMNS, thorough ? Infinity : CASES_PER_REAL_MATRIX),
  ];
}

const STORAGES = ["f32", "f16"] as const;

function combine(
  matrices: readonly NamedMatrix[],
  columns: readonly number[],
  perMatrix: number,
): ConformanceCase[] {
  const sizes = [matrices.length, columns.length, EPILOGUES.length, STORAGES.length, 2, 2];
  const chosen = perMatrix === Infinity ? product(sizes) : pairwise(sizes, perMatrix);
  return chosen.map(([matrix, n, epilogue, storage, transpose, shuffled], index) =>
    conformanceCase(matrices[matrix], {
      n: columns[n],
      epilogue: EPILOGUES[epilogue],
      storage: STORAGES[storage],
      transpose: transpose === 1,
      shuffled: shuffled === 1,
    }, index)
  );
}

/** n = 0 shows nothing of the other options, so it stands apart and takes no case from them. */
function withoutColumns(battery: readonly NamedMatrix[]): ConformanceCase[] {
  return battery.filter(({ name }) => ["no columns", "arrow", "tall"].includes(name)).map(
    (matrix, index) =>
      conformanceCase(matrix, {
        n: 0,
        transpose: index === 1,
        epilogue: EPILOGUES[index],
        storage: "f32",
        shuffled: false,
      }, index),
  );
}

/** Everything about a case but its matrix. */
export interface Choice {
  readonly n: number;
  readonly transpose: boolean;
  readonly epilogue: EpilogueName;
  readonly storage: Storage;
  readonly shuffled: boolean;
}

/** The case that a choice makes of a matrix. */
export function conformanceCase(
  matrix: NamedMatrix,
  choice: Choice,
  seed: number,
): ConformanceCase {
  const { n, transpose, storage, shuffled } = choice;
  const { m } = extents({ a: matrix.a, n, transpose });
  const epilogue = makeEpilogue(choice.epilogue, m, seed);
  const words = [
    matrix.name,
    `n = ${n}`,
    ...(transpose ? ["transposed"] : []),
    ...(epilogue === undefined ? [] : [choice.epilogue]),
    ...(shuffled ? ["rows shuffled"] : []),
    storage,
  ];
  return {
    name: words.join(", "),
    matrix: matrix.name,
    hunts: matrix.hunts,
    problem: {
      a: matrix.a,
      n,
      transpose,
      storage,
      ...(epilogue === undefined ? {} : { epilogue }),
      ...(shuffled ? { rowOrder: shuffledRows(m, seed) } : {}),
    },
    seed,
    numbers: matrix.numbers ?? "plain",
  };
}

function makeEpilogue(name: EpilogueName, m: number, seed: number): Epilogue | undefined {
  const random = randomSource(seed);
  const bias = Float32Array.from({ length: m }, () => 4 * random.unit() - 2);
  switch (name) {
    case "none":
      return undefined;
    case "bias":
      return { bias };
    case "relu":
      return { activation: { kind: "relu" } };
    case "bias + relu":
      return { bias, activation: { kind: "relu" } };
    case "bias + clipped relu":
      return { bias, activation: { kind: "clipped-relu", ceiling: 0.75 } };
  }
}

function shuffledRows(m: number, seed: number): Uint32Array {
  const random = randomSource(seed);
  const rows = Uint32Array.from({ length: m }, (_, row) => row);
  for (let at = m - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [rows[at], rows[other]] = [rows[other], rows[at]];
  }
  return rows;
}
