import type { Figure, FigureText } from "./figure.ts";
import { extent, positionAxis, positionScale, type Quantity } from "./quantity.ts";
import { checkPlaces, checkRows, type Spread, spreadNumbers, wrapped } from "./rows.ts";
import { legendColumns, seriesLook } from "./series.ts";

const ACTION = "draw a ladder";
const WIDTH = 300;
/** Room to the right of the longest bar for what is written there. */
const ROOM_FOR_LABELS = 1.5;

/** A step: what was added to all before it, and what is left of the quantity then. */
export interface LadderRow extends Spread {
  /** What was added. */
  readonly step: string;
  /** What it belongs to; steps of one kind look alike. */
  readonly kind: string;
  /** What is left, in the quantity's unit. */
  readonly value: number;
}

/** What {@linkcode ladder} draws. */
export interface LadderData extends FigureText {
  /** What is measured, the less the better. */
  readonly value: Quantity;
  /** The steps in turn, each upon all before it. */
  readonly rows: readonly LadderRow[];
}

/**
 * Bars of what is left of a quantity after each of several steps, with what the step gained over the
 * one before it written behind: 2× where half is left.
 *
 * @param data The steps and what they mean.
 * @throws {FigureError} No rows, a value that is not above 0, a step twice.
 *
 * @example A strategy that makes twice as fast
 * ```ts
 * import { ladder } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = ladder({
 *   title: "Time by strategy",
 *   description: "Pruning halves the time.",
 *   value: { title: "Time", unit: "ms" },
 *   rows: [
 *     { step: "baseline", kind: "any weights", value: 20 },
 *     { step: "+ pruning", kind: "any weights", value: 10 },
 *   ],
 * });
 * assert.match(JSON.stringify(figure.spec), /10 ms, 2×/);
 * ```
 */
export function ladder(data: LadderData): Figure {
  const { title, description, value, rows } = data;
  checkRows(ACTION, rows);
  checkPlaces(ACTION, rows.map(({ step }) => step));
  const look = seriesLook(ACTION, rows.map(({ kind }) => kind));
  const numbers = rows.flatMap((row, i) =>
    spreadNumbers(ACTION, `value of row ${i}`, row.value, row, true)
  );
  const across = extent(value, [ROOM_FOR_LABELS * Math.max(...numbers), ...numbers], true);
  const y = { field: "step", type: "nominal", sort: rows.map(({ step }) => step), title: null };
  const x = {
    field: "value",
    type: "quantitative",
    scale: positionScale(value, across),
    axis: positionAxis(value, across),
  };
  const values = rows.map((row, i) => ({
    ...row,
    end: row.high ?? row.value,
    label: labelOf(row, rows[i - 1], value),
  }));
  const spec = {
    description,
    title: wrapped(title, WIDTH),
    width: WIDTH,
    height: { step: 22 },
    data: { values },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          y,
          x,
          color: {
            field: "kind",
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
        encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } },
      },
      {
        mark: { type: "text", align: "left", baseline: "middle", dx: 5 },
        encoding: { y, x: { ...x, field: "end" }, text: { field: "label" } },
      },
    ],
  };
  return { title, description, spec };
}

function labelOf(row: LadderRow, before: LadderRow | undefined, { unit }: Quantity): string {
  const left = `${short(row.value)}${unit === undefined ? "" : ` ${unit}`}`;
  return before === undefined ? left : `${left}, ${short(before.value / row.value)}×`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
