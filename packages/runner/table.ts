/** A cell of a table: text, a number already in the column's unit, or nothing. */
export type Cell = string | number | undefined;

/** A column: its heading, and how its numbers are written. */
export interface Column {
  /** Heading, with the unit: "time, µs". */
  readonly heading: string;
  /** Digits that count in a number; 3 where absent. */
  readonly digits?: number;
}

/** Rows of cells under headings. */
export interface Table {
  /** What the table shows, for the line above it. */
  readonly title: string;
  /** Its columns. */
  readonly columns: readonly Column[];
  /** Its rows, one cell per column. */
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * A table as plain text: columns of numbers to the right, others to the left, `–` for nothing.
 *
 * @param table The table.
 *
 * @example Two kernels
 * ```ts
 * import { renderTable } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const text = renderTable({
 *   title: "Times",
 *   columns: [{ heading: "kernel" }, { heading: "µs" }],
 *   rows: [["merge", 12.3456], ["csb", undefined]],
 * });
 * assert.equal(text, "Times\n\nkernel    µs\nmerge   12.3\ncsb        –\n");
 * ```
 */
export function renderTable({ title, columns, rows }: Table): string {
  const cells = rows.map((row) => columns.map(({ digits }, i) => cellText(row[i], digits)));
  const headings = columns.map(({ heading }) => heading);
  const widths = columns.map((_, i) =>
    Math.max(...[headings, ...cells].map((line) => line[i].length))
  );
  const toRight = columns.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const lines = [headings, ...cells].map((line) =>
    line
      .map((text, i) => toRight[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]))
      .join("  ")
      .trimEnd()
  );
  return `${title}\n\n${lines.join("\n")}\n`;
}

/**
 * A cell as it is shown: whole numbers in full, others to so many digits that count, without an
 * exponent where short; `–` for nothing.
 *
 * @param cell The cell.
 * @param digits Digits that count.
 *
 * @example A time
 * ```ts
 * import { cellText } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([12.3456, 64, undefined].map((cell) => cellText(cell)), ["12.3", "64", "–"]);
 * ```
 */
export function cellText(cell: Cell, digits = 3): string {
  if (cell === undefined) return "–";
  return typeof cell === "number" ? numberText(cell, digits) : cell;
}

function numberText(value: number, digits: number): string {
  if (Number.isInteger(value)) return String(value);
  const rounded = Number(value.toPrecision(digits));
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return places > 8 ? value.toExponential(digits - 1) : rounded.toFixed(places);
}
