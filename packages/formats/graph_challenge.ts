import type { ByteSource } from "./byte_source.ts";
import { assembleEntries, readIndex } from "./coordinates.ts";
import type { Csr } from "./csr.ts";
import { EntryList } from "./entry_list.ts";
import { grown } from "./growable.ts";
import { entryLimit, type ReadCoordinatesOptions, type ReadOptions } from "./read_options.ts";
import { TextScanner } from "./text_scanner.ts";

/** What {@linkcode readGraphChallenge} takes. */
export interface ReadGraphChallengeOptions extends ReadCoordinatesOptions {
  /** Number of rows; the file does not say. */
  readonly rows: number;
  /** Number of columns; the file does not say. */
  readonly cols: number;
  /** What the first row and the first column are called; 1 where absent, as in the challenge. */
  readonly base?: 0 | 1;
}

/**
 * Reads the tab-separated triples of the Sparse DNN Graph Challenge (Kepner et al., HPEC 2019):
 * `row<TAB>col<TAB>value` on each line, in any order, counting from 1. Plain or gzip.
 *
 * @param source The file.
 * @param options Shape, base, name, limits, duplicates.
 * @throws {ParseError} If the file is malformed or does not fit the shape.
 *
 * @example The challenge counts from 1
 * ```ts
 * import { readGraphChallenge } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const text = new TextEncoder().encode("1\t2\t0.0625\n2\t1\t-4\n");
 * const a = await readGraphChallenge(text, { rows: 2, cols: 2 });
 * assert.deepEqual([...a.colIndices], [1, 0]);
 * assert.deepEqual([...a.values], [0.0625, -4]);
 * ```
 */
export async function readGraphChallenge(
  source: ByteSource,
  options: ReadGraphChallengeOptions,
): Promise<Csr> {
  await using scanner = new TextScanner(source, options.name ?? "input");
  const { rows, cols, base = 1, limits } = options;
  const most = entryLimit(limits);
  const entries = new EntryList(most);
  while (scanner.atRecord() || await scanner.nextRecord()) {
    if (entries.length === most) failEntries(scanner, most);
    const row = readIndex(scanner, "row", base, rows);
    const col = readIndex(scanner, "column", base, cols);
    entries.push(row, col, scanner.float32("the value"), scanner.line);
    scanner.endOfLine("row, column and value, separated by tabs");
  }
  const duplicates = options.duplicates ?? "error";
  return assembleEntries(scanner, entries, { rows, cols, mirror: 0, duplicates }, base);
}

/**
 * Reads a list of numbers, one a line, rounded to f32: biases, or a dense layer row by row.
 *
 * @param source The file.
 * @param options Name, limits.
 * @throws {ParseError} If a line is no number.
 *
 * @example Two biases
 * ```ts
 * import { readNumbers } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...await readNumbers(new TextEncoder().encode("-0.5\n3e2\n"))], [-0.5, 300]);
 * ```
 */
export async function readNumbers(
  source: ByteSource,
  options: ReadOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  await using scanner = new TextScanner(source, options.name ?? "input");
  const most = entryLimit(options.limits);
  let numbers = new Float32Array(0);
  let length = 0;
  while (scanner.atRecord() || await scanner.nextRecord()) {
    if (length === most) failEntries(scanner, most);
    if (length === numbers.length) numbers = grown(numbers, most);
    numbers[length++] = scanner.float32("the number");
    scanner.endOfLine("one number a line");
  }
  return numbers.slice(0, length);
}

/** What {@linkcode readCategories} takes. */
export interface ReadCategoriesOptions extends ReadOptions {
  /** How many inputs there are: a category is at most that; unchecked where absent. */
  readonly inputs?: number;
}

/**
 * Reads the truth categories of the Graph Challenge: the inputs that are not all zero at the end,
 * one a line and ascending, counting from 1.
 *
 * @param source The file.
 * @param options Name, limits, number of inputs.
 * @returns The inputs, ascending, **counting from 0** as everything in memory does.
 * @throws {ParseError} If the file is malformed.
 *
 * @example Inputs 3 and 7 survive
 * ```ts
 * import { readCategories } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...await readCategories(new TextEncoder().encode("3\n7\n"))], [2, 6]);
 * ```
 */
export async function readCategories(
  source: ByteSource,
  options: ReadCategoriesOptions = {},
): Promise<Uint32Array<ArrayBuffer>> {
  await using scanner = new TextScanner(source, options.name ?? "input");
  const inputs = options.inputs ?? 0xffff_ffff;
  const most = Math.min(inputs, entryLimit(options.limits));
  let categories = new Uint32Array(0);
  let length = 0;
  while (scanner.atRecord() || await scanner.nextRecord()) {
    if (length === most) failEntries(scanner, most);
    const category = readIndex(scanner, "category", 1, inputs);
    if (length > 0 && category <= categories[length - 1]) {
      const fault = category === categories[length - 1] ? "duplicate" : "range";
      const expected = "they must be strictly ascending";
      const received = `${category + 1} after ${categories[length - 1] + 1}`;
      scanner.fail({ fault, reason: "the categories are out of order", expected, received });
    }
    if (length === categories.length) categories = grown(categories, most);
    categories[length++] = category;
    scanner.endOfLine("one category a line");
  }
  return categories.slice(0, length);
}

function failEntries(scanner: TextScanner, most: number): never {
  const expected = `at most ${most} are read`;
  return scanner.fail({ fault: "size", reason: "there are too many entries", expected });
}
