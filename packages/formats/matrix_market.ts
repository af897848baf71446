import type { ByteSource } from "./byte_source.ts";
import { assembleEntries, readIndex } from "./coordinates.ts";
import type { Csr } from "./csr.ts";
import { type Dense, dense } from "./dense.ts";
import { EntryList } from "./entry_list.ts";
import { grown } from "./growable.ts";
import { type MatrixMarketHeader, readMatrixMarketHeader } from "./matrix_market_header.ts";
import { type ReadCoordinatesOptions, sizeFinding } from "./read_options.ts";
import { TextScanner } from "./text_scanner.ts";

/**
 * Reads a Matrix Market file (Boisvert, Pozo, Remington, NISTIR 5935, 1996): coordinates as CSR,
 * an array as a dense matrix. Plain or gzip.
 *
 * Read are general, symmetric and skew-symmetric matrices of real numbers, integers, or none
 * (pattern: every value is 1). The missing half of a symmetric matrix is written out; entries may
 * stand in either triangle. Numbers are rounded to f32. Comments and blank lines are passed over
 * wherever they stand, and lines may end in CR LF.
 *
 * The text streams through a window of 256 KiB: coordinates take 12 bytes per entry of the file
 * and 8 per non-zero of the matrix at the peak, an array 8 bytes per element.
 *
 * @param source The file.
 * @param options Name, limits, duplicates.
 * @throws {ParseError} If the file is malformed, or complex or Hermitian.
 *
 * @example A symmetric matrix gets both its halves
 * ```ts
 * import { readMatrixMarket } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const text = "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 0.5\n2 1 -3\n";
 * const a = await readMatrixMarket(new TextEncoder().encode(text));
 * assert.ok("format" in a);
 * assert.deepEqual([...a.rowOffsets], [0, 2, 3]);
 * assert.deepEqual([...a.values], [0.5, -3, -3]);
 * ```
 */
export async function readMatrixMarket(
  source: ByteSource,
  options: ReadCoordinatesOptions = {},
): Promise<Csr | Dense> {
  await using scanner = new TextScanner(source, options.name ?? "input");
  const header = await readMatrixMarketHeader(scanner);
  return header.layout === "coordinate"
    ? await readCoordinates(scanner, header, options)
    : await readArray(scanner, header, options);
}

async function readCoordinates(
  scanner: TextScanner,
  header: MatrixMarketHeader,
  options: ReadCoordinatesOptions,
): Promise<Csr> {
  const { rows, cols, entries: count } = await readSizes(scanner, header, options);
  const { field } = header;
  const mirror = mirrorOf(header);
  const entries = new EntryList(count);
  while (scanner.atRecord() || await scanner.nextRecord()) {
    if (entries.length === count) failSurplus(scanner, count, "entries");
    const row = readIndex(scanner, "row", 1, rows);
    const col = readIndex(scanner, "column", 1, cols);
    if (mirror === -1 && row === col) failDiagonal(scanner, row);
    const value = field === "pattern" ? 1 : readValue(scanner, field);
    entries.push(row, col, value, scanner.line);
    scanner.endOfLine(field === "pattern" ? "row column" : "row column value");
  }
  if (entries.length < count) failMissing(scanner, entries.length, count, "entries");
  const duplicates = options.duplicates ?? "error";
  return assembleEntries(scanner, entries, { rows, cols, mirror, duplicates }, 1);
}

async function readArray(
  scanner: TextScanner,
  header: MatrixMarketHeader,
  options: ReadCoordinatesOptions,
): Promise<Dense> {
  const { rows, cols } = await readSizes(scanner, header, options);
  const { field } = header;
  const mirror = mirrorOf(header);
  const count = mirror === 0 ? rows * cols : rows * (rows + mirror) / 2;
  let stored = new Float32Array(0);
  let length = 0;
  while (scanner.atRecord() || await scanner.nextRecord()) {
    if (length === count) failSurplus(scanner, count, "elements");
    if (length === stored.length) stored = grown(stored, count);
    stored[length++] = readValue(scanner, field);
    scanner.endOfLine("one value a line");
  }
  if (length < count) failMissing(scanner, length, count, "elements");
  return dense(rows, cols, elementsOf(stored, rows, cols, mirror));
}

type Mirror = 0 | 1 | -1;

/** The factor of the half that is left out, or 0 where there is none. */
function mirrorOf({ symmetry }: MatrixMarketHeader): Mirror {
  return symmetry === "general" ? 0 : symmetry === "symmetric" ? 1 : -1;
}

/** A symmetric array holds each column from its diagonal on, a skew-symmetric one from below it. */
function elementsOf(stored: Float32Array, rows: number, cols: number, mirror: Mirror) {
  const elements = new Float32Array(rows * cols);
  let at = 0;
  for (let col = 0; col < cols; col++) {
    const first = mirror === 0 ? 0 : mirror === 1 ? col : col + 1;
    for (let row = first; row < rows; row++, at++) {
      elements[row * cols + col] = stored[at];
      if (mirror !== 0 && row !== col) elements[col * cols + row] = mirror * stored[at];
    }
  }
  return elements;
}

interface Sizes {
  readonly rows: number;
  readonly cols: number;
  readonly entries: number;
}

async function readSizes(
  scanner: TextScanner,
  { layout, symmetry }: MatrixMarketHeader,
  options: ReadCoordinatesOptions,
): Promise<Sizes> {
  const isArray = layout === "array";
  const expected = `the size line must read "rows columns${isArray ? "" : " entries"}"`;
  if (!await scanner.nextRecord()) {
    scanner.fail({ fault: "truncated", reason: "there is no size line", expected });
  }
  const { line } = scanner;
  const rows = scanner.index("the number of rows");
  const cols = scanner.index("the number of columns");
  const entries = isArray ? rows * cols : scanner.index("the number of entries");
  scanner.endOfLine(expected);
  const mostPerEntry = symmetry === "general" ? 1 : 2;
  const finding = sizeFinding({ rows, cols, entries }, mostPerEntry, options.limits);
  if (finding !== undefined) scanner.fail(finding, line);
  if (symmetry !== "general" && rows !== cols) failNotSquare(scanner, rows, cols, line);
  return { rows, cols, entries };
}

function readValue(scanner: TextScanner, field: MatrixMarketHeader["field"]): number {
  return field === "integer" ? scanner.integer32("the value") : scanner.float32("the value");
}

function failNotSquare(scanner: TextScanner, rows: number, cols: number, line: number): never {
  return scanner.fail({
    fault: "size",
    reason: "a symmetric matrix is not square",
    expected: "it must have as many rows as columns",
    received: `${rows} x ${cols}`,
  }, line);
}

function failSurplus(scanner: TextScanner, count: number, what: string): never {
  const reason = `there are more ${what} than declared`;
  return scanner.fail({ fault: "count", reason, expected: `there must be ${count}` });
}

function failMissing(scanner: TextScanner, length: number, count: number, what: string): never {
  const reason = `the file ends before all ${what} are there`;
  const expected = `there must be ${count}`;
  return scanner.fail({ fault: "truncated", reason, expected, received: length });
}

function failDiagonal(scanner: TextScanner, row: number): never {
  return scanner.fail({
    fault: "range",
    reason: "a skew-symmetric matrix has an entry on its diagonal",
    expected: "row and column must differ",
    received: `(${row + 1}, ${row + 1})`,
  });
}
