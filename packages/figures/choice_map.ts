import type { Figure, FigureText } from "./figure.ts";
import { checkPlaces, checkRows, checkText, inOrder, wrapped } from "./rows.ts";
import { inkOn, legendColumns, seriesLook } from "./series.ts";

const ACTION = "draw a map";
const CELL = 62;

/** A field of the map. */
export interface ChoiceRow {
  /** Where it is across. */
  readonly x: string;
  /** Where it is up. */
  readonly y: string;
  /** What to take there. */
  readonly choice: string;
  /** What is written on it, beside the choice's colour: "1.4×". */
  readonly label: string;
}

/** What {@linkcode choiceMap} draws. */
export interface ChoiceMapData extends FigureText {
  /** What is across. */
  readonly xTitle: string;
  /** What is up. */
  readonly yTitle: string;
  /** The fields; places and choices stand in the order in which they first appear. */
  readonly rows: readonly ChoiceRow[];
}

/**
 * A map of what to take where, by two properties of a problem.
 *
 * @param data The fields and what they mean.
 * @throws {FigureError} No rows, two fields in one place, a choice without a name.
 *
 * @example When to use what
 * ```ts
 * import { choiceMap } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = choiceMap({
 *   title: "The fastest family",
 *   description: "Dense at 50 % zeros, sliced-K at 90 %.",
 *   xTitle: "Zeros (%)",
 *   yTitle: "Columns of B",
 *   rows: [
 *     { x: "50", y: "256", choice: "dense", label: "1.1×" },
 *     { x: "90", y: "256", choice: "sliced-k", label: "1.3×" },
 *   ],
 * });
 * assert.match(JSON.stringify(figure.spec), /Columns of B/);
 * ```
 */
export function choiceMap(data: ChoiceMapData): Figure {
  const { title, description, xTitle, yTitle, rows } = data;
  checkRows(ACTION, rows);
  checkPlaces(ACTION, rows.map(({ x, y }) => `${x}, ${y}`));
  rows.forEach(({ choice }, i) => checkText(ACTION, `choice of row ${i}`, choice));
  const look = seriesLook(ACTION, rows.map(({ choice }) => choice));
  const xs = inOrder(rows.map(({ x }) => x));
  const ys = inOrder(rows.map(({ y }) => y));
  const width = CELL * xs.length;
  const inks = look.colors.map(inkOn);
  const x = { field: "x", type: "nominal", sort: xs, title: xTitle, axis: { labelAngle: 0 } };
  const y = { field: "y", type: "nominal", sort: ys, title: yTitle };
  const spec = {
    description,
    title: wrapped(title, Math.max(width, 240)),
    width,
    height: 34 * ys.length,
    data: { values: rows.map((row) => ({ ...row })) },
    layer: [
      {
        mark: { type: "rect", style: "cut" },
        encoding: {
          x,
          y,
          color: {
            field: "choice",
            type: "nominal",
            scale: { domain: look.names, range: look.colors },
            legend: { columns: legendColumns(look.names, width), symbolType: "square" },
          },
        },
      },
      {
        mark: { type: "text", fontSize: 11 },
        encoding: {
          x,
          y,
          text: { field: "label" },
          color: {
            field: "choice",
            type: "nominal",
            scale: { domain: look.names, range: inks },
            legend: null,
          },
        },
      },
    ],
    resolve: { scale: { color: "independent" } },
  };
  return { title, description, spec };
}
