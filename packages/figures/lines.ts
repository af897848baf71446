import type { Figure, FigureText } from "./figure.ts";
import {
  axisTitle,
  checkNumber,
  extent,
  positionAxis,
  positionScale,
  type Quantity,
} from "./quantity.ts";
import { checkPlaces, checkRows, type Spread, spreadNumbers, wrapped } from "./rows.ts";
import { legendColumns, seriesLook } from "./series.ts";

const ACTION = "draw lines";
const WIDTH = 300;
const HEIGHT = 200;

/** A measured point of a line; its spread is drawn as an error bar. */
export interface LineRow extends Spread {
  /** The line it belongs to. */
  readonly series: string;
  /** Where it was measured, in x's unit. */
  readonly x: number;
  /** What was measured, in y's unit. */
  readonly y: number;
}

/** What {@linkcode lines} draws. */
export interface LinesData extends FigureText {
  /** What was varied. */
  readonly x: Quantity;
  /** What was measured. */
  readonly y: Quantity;
  /** The points, in any order. */
  readonly rows: readonly LineRow[];
  /** All series of a set of figures in order, so that one looks the same in all; else those present. */
  readonly seriesOrder?: readonly string[];
}

/**
 * Lines of a quantity over another, told apart by colour, shape and dash.
 *
 * @param data The points and what they mean.
 * @throws {FigureError} No rows, a number that cannot be drawn, two points of a series at one x,
 * more than 16 series.
 *
 * @example Time over columns of B
 * ```ts
 * import { lines } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = lines({
 *   title: "Time of a product by the width of B",
 *   description: "Row-split takes 1 ms at 32 columns and 3 ms at 128.",
 *   x: { title: "Columns of B", scale: "log" },
 *   y: { title: "Time", unit: "ms" },
 *   rows: [
 *     { series: "row-split", x: 32, y: 1, low: 0.9, high: 1.2 },
 *     { series: "row-split", x: 128, y: 3 },
 *   ],
 * });
 * assert.match(JSON.stringify(figure.spec), /Time \(ms\)/);
 * ```
 */
export function lines(data: LinesData): Figure {
  const { title, description, x, y, rows, seriesOrder } = data;
  checkRows(ACTION, rows);
  checkPlaces(ACTION, rows.map((row) => `${row.series} at ${row.x}`));
  const look = seriesLook(ACTION, rows.map(({ series }) => series), seriesOrder);
  const { xs, ys } = numbers(data);
  const across = extent(x, xs, false);
  const up = extent(y, ys, true);
  const position = {
    x: {
      field: "x",
      type: "quantitative" as const,
      scale: positionScale(x, across),
      axis: { ...positionAxis(x, across), grid: false },
    },
    y: {
      field: "y",
      type: "quantitative" as const,
      scale: positionScale(y, up),
      axis: positionAxis(y, up),
    },
  };
  const legend = { columns: legendColumns(look.names, WIDTH), symbolType: "circle" };
  const color = {
    field: "series",
    type: "nominal" as const,
    scale: { domain: look.names, range: look.colors },
    legend,
  };
  const spec: Figure["spec"] = {
    description,
    title: wrapped(title, WIDTH),
    width: WIDTH,
    height: HEIGHT,
    data: { values: rows.map((row) => ({ ...row })) },
    layer: [
      {
        mark: { type: "line", strokeWidth: 1.8 },
        encoding: {
          ...position,
          color,
          strokeDash: { field: "series", scale: { domain: look.names, range: look.dashes } },
        },
      },
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "errorbar", ticks: { size: 7 } },
        encoding: {
          ...position,
          y: { ...position.y, field: "low", title: axisTitle(y) },
          y2: { field: "high" },
          color,
        },
      },
      {
        mark: { type: "point", filled: true, opacity: 1, size: 50, style: "outlined" },
        encoding: {
          ...position,
          color,
          shape: { field: "series", scale: { domain: look.names, range: look.shapes } },
        },
      },
    ],
  };
  return { title, description, spec };
}

function numbers({ x, y, rows }: LinesData): { xs: number[]; ys: number[] } {
  rows.forEach((row, i) => checkNumber(ACTION, `x of row ${i}`, row.x, x.scale === "log"));
  const ys = rows.flatMap((row, i) =>
    spreadNumbers(ACTION, `y of row ${i}`, row.y, row, y.scale === "log")
  );
  return { xs: rows.map((row) => row.x), ys };
}
