import type { Figure, FigureText } from "./figure.ts";
import { checkNumber, positionAxis, type Quantity, RATIO_LABEL, ratioExtent } from "./quantity.ts";
import { checkRows, inOrder, wrapped } from "./rows.ts";
import { seriesLook } from "./series.ts";

const ACTION = "draw a distribution";
const WIDTH = 300;

/** One of many ratios: a speed-up on a matrix. */
export interface RatioRow {
  /** Whose it is. */
  readonly category: string;
  /** How many times as fast; above 0. */
  readonly ratio: number;
}

/** What {@linkcode distribution} draws. */
export interface DistributionData extends FigureText {
  /** What the ratios say. */
  readonly ratio: Quantity;
  /** The ratios; categories stand in the order in which they first appear. */
  readonly rows: readonly RatioRow[];
}

/**
 * All ratios of each category as ticks over a box of their quartiles, on an axis of powers of two
 * with a line at "as fast".
 *
 * @param data The ratios and what they mean.
 * @throws {FigureError} No rows, or a ratio that is not above 0.
 *
 * @example Speed-ups of a kernel over matrices
 * ```ts
 * import { distribution } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = distribution({
 *   title: "Speed-up over row-split",
 *   description: "Merge is between half and twice as fast.",
 *   ratio: { title: "Speed-up" },
 *   rows: [0.5, 1, 2].map((ratio) => ({ category: "merge", ratio })),
 * });
 * assert.match(JSON.stringify(figure.spec), /boxplot/);
 * ```
 */
export function distribution(data: DistributionData): Figure {
  const { title, description, ratio, rows } = data;
  checkRows(ACTION, rows);
  rows.forEach((row, i) => checkNumber(ACTION, `ratio of row ${i}`, row.ratio, true));
  const categories = inOrder(rows.map(({ category }) => category));
  const [color] = seriesLook(ACTION, ["all"]).colors;
  const across = ratioExtent(rows.map((row) => row.ratio));
  const y = { field: "category", type: "nominal", sort: categories, title: null };
  const x = {
    field: "ratio",
    type: "quantitative",
    scale: { type: "log", base: 2, domain: across.domain },
    axis: { ...positionAxis(ratio, across), labelExpr: RATIO_LABEL },
  };
  const spec = {
    description,
    title: wrapped(title, WIDTH),
    width: WIDTH,
    height: { step: 24 },
    data: { values: rows.map((row) => ({ ...row })) },
    layer: [
      {
        mark: {
          type: "boxplot",
          extent: "min-max",
          size: 12,
          box: { color, fillOpacity: 0.35 },
          rule: { style: "spread" },
          median: { style: "spread" },
        },
        encoding: { y, x },
      },
      { mark: { type: "tick", thickness: 1, size: 12, color }, encoding: { y, x } },
      { mark: { type: "rule", style: "reference" }, encoding: { x: { datum: 1 } } },
    ],
  };
  return { title, description, spec };
}
