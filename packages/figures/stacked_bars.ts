import type { Figure, FigureText } from "./figure.ts";
import { extent, positionAxis, positionScale, type Quantity } from "./quantity.ts";
import { checkNumber } from "./quantity.ts";
import { checkPlaces, checkRows, inOrder, wrapped } from "./rows.ts";
import { legendColumns, seriesLook } from "./series.ts";

const ACTION = "draw stacked bars";
const WIDTH = 300;

/** A part of a bar. */
export interface PartRow {
  /** The bar. */
  readonly category: string;
  /** The part: `upload`, `kernel`. */
  readonly part: string;
  /** Its length, in the quantity's unit, from 0. */
  readonly value: number;
}

/** What {@linkcode stackedBars} draws. */
export interface StackedBarsData extends FigureText {
  /** What is measured. */
  readonly value: Quantity;
  /** The parts; bars and parts stand in the order in which they first appear. */
  readonly rows: readonly PartRow[];
}

/**
 * Bars made of parts, for a whole and what it consists of.
 *
 * @param data The parts and what they mean.
 * @throws {FigureError} No rows, a number below 0 or not finite, a part twice in a bar.
 *
 * @example Where the time goes
 * ```ts
 * import { stackedBars } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = stackedBars({
 *   title: "Parts of a multiplication",
 *   description: "The kernel takes 40 µs, decoding 10 µs of them.",
 *   value: { title: "Time", unit: "µs" },
 *   rows: [
 *     { category: "csb", part: "decode", value: 10 },
 *     { category: "csb", part: "the rest", value: 30 },
 *   ],
 * });
 * assert.match(JSON.stringify(figure.spec), /Time \(µs\)/);
 * ```
 */
export function stackedBars(data: StackedBarsData): Figure {
  const { title, description, value, rows } = data;
  checkRows(ACTION, rows);
  checkPlaces(ACTION, rows.map((row) => `${row.part} of ${row.category}`));
  rows.forEach((row, i) => checkNumber(ACTION, `value of row ${i}`, row.value, false));
  const parts = inOrder(rows.map(({ part }) => part));
  const look = seriesLook(ACTION, parts);
  const totals = Map.groupBy(rows, ({ category }) => category).values()
    .map((bar) => bar.reduce((sum, row) => sum + row.value, 0));
  const across = extent(value, [...totals], true);
  const spec = {
    description,
    title: wrapped(title, WIDTH),
    width: WIDTH,
    height: { step: 22 },
    data: { values: rows.map((row) => ({ ...row, order: parts.indexOf(row.part) })) },
    mark: { type: "bar" },
    encoding: {
      y: {
        field: "category",
        type: "nominal",
        sort: inOrder(rows.map(({ category }) => category)),
        title: null,
      },
      x: {
        field: "value",
        type: "quantitative",
        stack: "zero",
        scale: positionScale(value, across),
        axis: positionAxis(value, across),
      },
      order: { field: "order", type: "quantitative" },
      color: {
        field: "part",
        type: "nominal",
        scale: { domain: look.names, range: look.colors },
        legend: { columns: legendColumns(look.names, WIDTH), symbolType: "square" },
      },
    },
  };
  return { title, description, spec };
}
