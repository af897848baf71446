import type { ByteSource } from "./byte_source.ts";
import type { Csr } from "./csr.ts";
import { grown } from "./growable.ts";
import { randomSource, randomValue } from "./random.ts";
import { type ReadOptions, sizeFinding } from "./read_options.ts";
import { TextScanner } from "./text_scanner.ts";

/** What {@linkcode readSmtx} takes. */
export interface ReadSmtxOptions extends ReadOptions {
  /**
   * SMTX files hold no values. `"ones"` makes each 1; a seed draws them from ±[1/4, 5/4), so that
   * a wrong product shows. `{ seed: 1 }` where absent.
   */
  readonly values?: "ones" | { readonly seed: number };
}

/**
 * Reads an SMTX file, as the Deep Learning Matrix Collection has them (Gale, Zaharia, Young, Elsen,
 * SC 2020): line 1 `rows, cols, nnz`, line 2 the row offsets, line 3 the column indices, which
 * count from 0. Plain or gzip. The values are made up, for the format has none. Columns that are
 * not ascending within their row are refused.
 *
 * @param source The file.
 * @param options Name, limits, values.
 * @throws {ParseError} If the file is malformed.
 *
 * @example Two rows
 * ```ts
 * import { readSmtx } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = await readSmtx(new TextEncoder().encode("2, 3, 3\n0 1 3\n2 0 1\n"), { values: "ones" });
 * assert.deepEqual([...a.rowOffsets], [0, 1, 3]);
 * assert.deepEqual([...a.colIndices], [2, 0, 1]);
 * ```
 */
export async function readSmtx(source: ByteSource, options: ReadSmtxOptions = {}): Promise<Csr> {
  await using scanner = new TextScanner(source, options.name ?? "input");
  const { rows, cols, count } = await readSizes(scanner, options);
  const rowOffsets = await readOffsets(scanner, rows, count);
  const colIndices = await readColumns(scanner, rowOffsets, cols);
  if (scanner.atRecord() || await scanner.nextRecord()) {
    const expected = "the columns must be the last line";
    scanner.fail({ fault: "count", reason: "more follows after the columns", expected });
  }
  const values = makeValues(count, options.values ?? { seed: 1 });
  return { format: "csr", rows, cols, rowOffsets, colIndices, values };
}

async function readSizes(scanner: TextScanner, { limits }: ReadSmtxOptions) {
  const expected = 'line 1 must read "rows, columns, non-zeros"';
  await scanner.fill();
  if (scanner.atEnd) {
    scanner.fail({ fault: "truncated", reason: "the file is empty", expected });
  }
  const comma = () =>
    scanner.tryCharacter(",") ||
    scanner.fail({ fault: "header", reason: "the header is malformed", expected });
  const rows = scanner.index("the number of rows");
  comma();
  const cols = scanner.index("the number of columns");
  comma();
  const count = scanner.index("the number of non-zeros");
  scanner.endOfLine(expected);
  const finding = sizeFinding({ rows, cols, entries: count }, 1, limits) ??
    (count > rows * cols
      ? {
        fault: "size" as const,
        reason: "there are more non-zeros than positions",
        expected: `a ${rows} x ${cols} matrix holds at most ${rows * cols}`,
        received: count,
      }
      : undefined);
  if (finding !== undefined) scanner.fail(finding, 1);
  return { rows, cols, count };
}

async function readOffsets(scanner: TextScanner, rows: number, count: number) {
  let offsets = new Uint32Array(0);
  let previous = 0;
  for (let i = 0; i <= rows; i++) {
    if (scanner.low) await scanner.fill();
    const offset = scanner.index(`row offset ${i} of ${rows + 1}`);
    if (offset < previous || offset > count || (i === 0 && offset > 0)) {
      const expected = `they must start at 0, never fall and end at ${count}`;
      const reason = `row offset ${i} cannot be`;
      scanner.fail({ fault: "range", reason, expected, received: offset });
    }
    if (i === offsets.length) offsets = grown(offsets, rows + 1);
    offsets[i] = offset;
    previous = offset;
  }
  if (previous !== count) {
    const expected = `they must end at the number of non-zeros, ${count}`;
    scanner.fail({
      fault: "count",
      reason: "the row offsets end early",
      expected,
      received: previous,
    });
  }
  scanner.endOfLine(`there must be ${rows + 1} row offsets`);
  return offsets;
}

async function readColumns(scanner: TextScanner, rowOffsets: Uint32Array, cols: number) {
  const count = rowOffsets[rowOffsets.length - 1];
  let columns = new Uint32Array(0);
  let i = 0;
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    const begin = i;
    for (; i < rowOffsets[row + 1]; i++) {
      if (scanner.low) await scanner.fill();
      const column = scanner.index(`column index ${i + 1} of ${count}`);
      if (column >= cols) failColumn(scanner, row, cols, column);
      if (i > begin && column <= columns[i - 1]) failOrder(scanner, row, columns[i - 1], column);
      if (i === columns.length) columns = grown(columns, count);
      columns[i] = column;
    }
  }
  if (scanner.low) await scanner.fill();
  scanner.endOfLine(`there must be ${count} column indices`);
  return columns;
}

function failColumn(scanner: TextScanner, row: number, cols: number, column: number): never {
  const expected = `columns count from 0 and must be below ${cols}`;
  const reason = `a column in row ${row} is outside the matrix`;
  return scanner.fail({ fault: "range", reason, expected, received: column });
}

function failOrder(scanner: TextScanner, row: number, before: number, column: number): never {
  const repeats = before === column;
  return scanner.fail({
    fault: repeats ? "duplicate" : "range",
    reason: repeats ? `a column stands twice in row ${row}` : `row ${row} is out of order`,
    expected: "the columns of a row must be strictly ascending",
    received: `${column} after ${before}`,
  });
}

function makeValues(count: number, how: "ones" | { readonly seed: number }) {
  const values = new Float32Array(count);
  if (how === "ones") return values.fill(1);
  const random = randomSource(how.seed);
  for (let i = 0; i < count; i++) values[i] = randomValue(random);
  return values;
}
