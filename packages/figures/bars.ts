import type { Figure, FigureText } from "./figure.ts";
import { axisTitle, extent, positionAxis, positionScale, type Quantity } from "./quantity.ts";
import { checkPlaces, checkRows, inOrder, type Spread, spreadNumbers, wrapped } from "./rows.ts";
import { legendColumns, seriesLook } from "./series.ts";

const ACTION = "draw bars";
const WIDTH = 300;
const BAR = 11;

/** A bar; its spread is drawn as an error bar. */
export interface BarRow extends Spread {
  /** What it stands beside: a kernel, a matrix. */
  readonly category: string;
  /** Which of the bars there it is. */
  readonly series: string;
  /** Its length, in the quantity's unit. */
  readonly value: number;
}

/** What {@linkcode bars} draws. */
export interface BarsData extends FigureText {
  /** What is measured. */
  readonly value: Quantity;
  /** The bars; categories and series stand in the order in which they first appear. */
  readonly rows: readonly BarRow[];
  /** A value to compare with, drawn as a line across: 1 for speed-ups. */
  readonly reference?: number;
}

/**
 * Bars side by side, for a few numbers that are to be compared.
 *
 * @param data The bars and what they mean.
 * @throws {FigureError} No rows, a number that cannot be drawn, two bars in one place.
 *
 * @example Speed-ups over a library
 * ```ts
 * import { bars } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = bars({
 *   title: "Speed-up over Sputnik",
 *   description: "Row-split is 0.7 times as fast, sliced-K 1.2 times.",
 *   value: { title: "Speed-up" },
 *   rows: [
 *     { category: "row-split", series: "N = 1024", value: 0.7, low: 0.6, high: 0.8 },
 *     { category: "sliced-k", series: "N = 1024", value: 1.2 },
 *   ],
 *   reference: 1,
 * });
 * assert.match(JSON.stringify(figure.spec), /Speed-up/);
 * ```
 */
export function bars(data: BarsData): Figure {
  const { title, description, value, rows, reference } = data;
  checkRows(ACTION, rows);
  checkPlaces(ACTION, rows.map((row) => `${row.series} at ${row.category}`));
  const look = seriesLook(ACTION, rows.map(({ series }) => series));
  const numbers = rows.flatMap((row, i) =>
    spreadNumbers(ACTION, `value of row ${i}`, row.value, row, value.scale === "log")
  );
  const across = extent(value, [...numbers, ...(reference === undefined ? [] : [reference])], true);
  const categories = inOrder(rows.map(({ category }) => category));
  const y = { field: "category", type: "nominal", sort: categories, title: null };
  const yOffset = { field: "series", sort: look.names };
  const x = {
    field: "value",
    type: "quantitative",
    scale: positionScale(value, across),
    axis: positionAxis(value, across),
  };
  const spec = {
    description,
    title: wrapped(title, WIDTH),
    width: WIDTH,
    height: { step: Math.max(18, (BAR + 2) * look.names.length + 6), for: "position" },
    data: { values: rows.map((row) => ({ ...row })) },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          y,
          yOffset,
          x,
          color: {
            field: "series",
            type: "nominal",
            scale: { domain: look.names, range: look.colors },
            legend: look.names.length > 1
              ? { columns: legendColumns(look.names, WIDTH), symbolType: "square" }
              : null,
          },
        },
      },
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "rule", style: "spread" },
        encoding: {
          y,
          yOffset,
          x: { ...x, field: "low", title: axisTitle(value) },
          x2: { field: "high" },
        },
      },
      ...(reference === undefined ? [] : [{
        mark: { type: "rule", style: "reference" },
        encoding: { x: { datum: reference } },
      }]),
    ],
  };
  return { title, description, spec };
}
