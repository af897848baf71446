import fc from "fast-check";
import type { Csr } from "./csr.ts";
import { csrFromDense } from "./csr.ts";
import { dense } from "./dense.ts";
import { powerLawRowLengths, randomCsr } from "./random.ts";

/** A matrix written as rows of letters, `.` for no entry; `a` is 1.5, `b` 2.5 and so on. */
export function letters(...rows: string[]): Csr {
  const cols = rows[0]?.length ?? 0;
  const data = Float32Array.from([...rows.join("")], valueOf);
  return csrFromDense(dense(rows.length, cols, data));
}

/** The letters that values of {@linkcode letters} stand for. */
export function spelled(values: Float32Array): string {
  return [...values].map((v) => String.fromCharCode(v - 0.5 + 96)).join("");
}

function valueOf(letter: string): number {
  return letter === "." ? 0 : letter.charCodeAt(0) - 96 + 0.5;
}

/** S2's first worked example. */
export const EXAMPLE_1 = letters("a.....", "b...c.", "...d.e", "......", "...fg.", "..h.ij");

/** S2's second worked example. */
export const EXAMPLE_2 = letters("a.....", "b.....", "...c.d", "......", "...ef.", ".....g");

/** The same matrix with explicit zeros of both signs, a NaN and an infinity among its values. */
function withSpecialValues(a: Csr): Csr {
  const special = [0, -0, NaN, Infinity, 1e-45];
  const values = a.values.map((value, i) =>
    i % 3 === 0 ? special[(i / 3) % special.length] : value
  );
  return { ...a, values };
}

/** Matrices that each hunt a kind of mistake, by name. */
export const BATTERY: readonly (readonly [string, Csr])[] = [
  ["nothing at all", randomCsr({ rows: 0, cols: 0, density: 1, seed: 1 })],
  ["rows without columns", randomCsr({ rows: 5, cols: 0, density: 1, seed: 1 })],
  ["columns without rows", randomCsr({ rows: 0, cols: 5, density: 1, seed: 1 })],
  ["one element", randomCsr({ rows: 1, cols: 1, density: 1, seed: 2 })],
  ["a shape without entries", randomCsr({ rows: 7, cols: 9, density: 0, seed: 3 })],
  ["a single row", randomCsr({ rows: 1, cols: 100, density: 0.3, seed: 4 })],
  ["a single column", randomCsr({ rows: 100, cols: 1, density: 0.3, seed: 5 })],
  ["every other row empty", everyOtherRowEmpty()],
  ["one dense row", oneDenseRow()],
  ["power-law rows", powerLaw()],
  ["full", randomCsr({ rows: 17, cols: 19, density: 1, seed: 9 })],
  ["one less than a block", randomCsr({ rows: 31, cols: 31, density: 0.2, seed: 10 })],
  ["exactly a block", randomCsr({ rows: 32, cols: 32, density: 0.2, seed: 11 })],
  ["one more than a block", randomCsr({ rows: 33, cols: 33, density: 0.2, seed: 12 })],
  [
    "zeros, NaN and infinities",
    withSpecialValues(randomCsr({ rows: 20, cols: 30, density: 0.3, seed: 13 })),
  ],
  ["the first worked example", EXAMPLE_1],
  ["the second worked example", EXAMPLE_2],
];

function everyOtherRowEmpty(): Csr {
  const rowLengths = Array.from({ length: 40 }, (_, row) => row % 2 === 0 ? 0 : 1 + row % 7);
  return randomCsr({ rows: 40, cols: 23, rowLengths, seed: 6 });
}

function oneDenseRow(): Csr {
  const rowLengths = Array.from({ length: 50 }, (_, row) => row === 20 ? 300 : 1);
  return randomCsr({ rows: 50, cols: 300, rowLengths, seed: 7 });
}

function powerLaw(): Csr {
  const rowLengths = powerLawRowLengths({ rows: 200, cols: 150, mean: 5, seed: 8 });
  return randomCsr({ rows: 200, cols: 150, rowLengths, seed: 8 });
}

/** Any sparse matrix up to 70×70, explicit zeros, NaN and infinities included. */
export const anyCsr: fc.Arbitrary<Csr> = fc.record({
  rows: fc.integer({ min: 0, max: 70 }),
  cols: fc.integer({ min: 0, max: 70 }),
  density: fc.constantFrom(0, 0.01, 0.1, 0.5, 1),
  seed: fc.integer(),
}).map((options) => withSpecialValues(randomCsr(options)));

/** The options of every property here: what fails once fails again. */
export const FIXED: fc.Parameters<unknown> = { seed: 20_090_811, numRuns: 60 };

/** Bit patterns of the values, so that −0 and NaN are told from their like. */
export function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer);
}
