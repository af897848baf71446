import type { Figure, FigureText } from "./figure.ts";
import { checkNumber, extent, positionAxis, positionScale } from "./quantity.ts";
import { checkRows, withPrefix, wrapped } from "./rows.ts";
import { legendColumns, seriesLook } from "./series.ts";

const ACTION = "draw a roofline";
const WIDTH = 300;
const HEIGHT = 220;
const X = { title: "Arithmetic intensity", unit: "FLOP/byte", scale: "log" } as const;
const Y = { title: "Rate", unit: "FLOP/s", scale: "log" } as const;

/** A measured multiplication. */
export interface RooflineRow {
  /** What ran. */
  readonly series: string;
  /** Operations per byte that must be moved. */
  readonly intensity: number;
  /** Operations a second. */
  readonly rate: number;
}

/** What {@linkcode rooflineFigure} draws. */
export interface RooflineData extends FigureText {
  /** The measured points. */
  readonly rows: readonly RooflineRow[];
  /** Bytes a second between memory and cores: the slanted roof. */
  readonly bytesPerSecond: number;
  /** Operations a second: the flat roof. */
  readonly flopsPerSecond: number;
  /** A lower flat ceiling, for example by on-chip loads, with its name. */
  readonly ceiling?: { readonly name: string; readonly rate: number };
}

/**
 * The roofline of a device with what was measured under it (Williams, Waterman, Patterson, CACM
 * 52(4), 2009).
 *
 * @param data The points and the roofs.
 * @throws {FigureError} No rows, or a number that is not above 0.
 *
 * @example A point under the roof
 * ```ts
 * import { rooflineFigure } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = rooflineFigure({
 *   title: "CSB under the roofline",
 *   description: "One point at a tenth of the roof.",
 *   rows: [{ series: "csb", intensity: 20, rate: 2e12 }],
 *   bytesPerSecond: 4e12,
 *   flopsPerSecond: 5e13,
 * });
 * assert.match(JSON.stringify(figure.spec), /4 TB/);
 * ```
 */
export function rooflineFigure(data: RooflineData): Figure {
  const { title, description, rows, bytesPerSecond, flopsPerSecond, ceiling } = data;
  checkRows(ACTION, rows);
  rows.forEach((row, i) => {
    checkNumber(ACTION, `intensity of row ${i}`, row.intensity, true);
    checkNumber(ACTION, `rate of row ${i}`, row.rate, true);
  });
  checkNumber(ACTION, "bytesPerSecond", bytesPerSecond, true);
  checkNumber(ACTION, "flopsPerSecond", flopsPerSecond, true);
  const ridge = flopsPerSecond / bytesPerSecond;
  const intensities = [...rows.map(({ intensity }) => intensity), ridge];
  const across = extent(X, [...intensities, Math.max(...intensities) * 2], false);
  const [left, right] = across.domain;
  const up = extent(Y, [...rows.map(({ rate }) => rate), flopsPerSecond * 1.5], false);
  const look = seriesLook(ACTION, rows.map(({ series }) => series));
  const x = {
    field: "intensity",
    type: "quantitative",
    scale: positionScale(X, across),
    axis: { ...positionAxis(X, across), grid: false },
  };
  const y = {
    field: "rate",
    type: "quantitative",
    scale: { ...positionScale(Y, up), clamp: true },
    axis: positionAxis(Y, up),
  };
  const flat = (rate: number, text: string, style: string): unknown[] => [
    {
      data: { values: [{ intensity: left, rate }, { intensity: right, rate }] },
      mark: { type: "line", style, clip: true },
      encoding: { x, y },
    },
    note(text, right, rate, "right", -6),
  ];
  const note = (
    text: string,
    intensity: number,
    rate: number,
    align: "left" | "right",
    dy: number,
  ): unknown => ({
    data: { values: [{ intensity, rate, text }] },
    mark: { type: "text", style: "note", align, dy, dx: align === "right" ? -4 : 6 },
    encoding: { x, y, text: { field: "text" } },
  });
  const slope = [
    { intensity: left, rate: left * bytesPerSecond },
    { intensity: ridge, rate: flopsPerSecond },
  ];
  const spec = {
    description,
    title: wrapped(title, WIDTH),
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: slope },
        mark: { type: "line", style: "roof", clip: true },
        encoding: { x, y },
      },
      note(
        `memory, ${withPrefix(bytesPerSecond, "B/s")}`,
        Math.sqrt(left * ridge),
        Math.sqrt(left * ridge) * bytesPerSecond,
        "left",
        10,
      ),
      ...flat(flopsPerSecond, `arithmetic, ${withPrefix(flopsPerSecond, "FLOP/s")}`, "roof"),
      ...(ceiling === undefined ? [] : flat(ceiling.rate, ceiling.name, "ceiling")),
      {
        data: { values: rows.map((row) => ({ ...row })) },
        mark: { type: "point", filled: true, opacity: 0.9, size: 45, style: "outlined" },
        encoding: {
          x,
          y,
          color: {
            field: "series",
            type: "nominal",
            scale: { domain: look.names, range: look.colors },
            legend: { columns: legendColumns(look.names, WIDTH), symbolType: "circle" },
          },
          shape: {
            field: "series",
            scale: { domain: look.names, range: look.shapes },
          },
        },
      },
    ],
  };
  return { title, description, spec };
}
