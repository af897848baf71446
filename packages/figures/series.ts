import { FigureError } from "./errors.ts";

/**
 * Okabe and Ito's colours, told apart by all kinds of sight, without black, which is no colour on a
 * dark page; the two that stand out least against white come last. Neighbours differ in lightness,
 * so that they differ in greyscale too.
 *
 * Okabe, Ito: Color Universal Design, 2008.
 */
const COLORS = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#CC79A7",
  "#D55E00",
  "#56B4E9",
  "#8C8C8C",
  "#F0E442",
] as const;

const SHAPES = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "cross",
  "triangle-down",
  "triangle-right",
  "triangle-left",
] as const;

const DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [12, 3], [4, 1], [1, 3], [10, 2, 2, 2, 2, 2]];

/** A second round of colours meets other shapes and dashes, so that 16 series stay apart. */
const MOST_SERIES = 2 * COLORS.length;

/** How each series looks: by colour, and without colour by shape and dash. */
export interface SeriesLook {
  readonly names: string[];
  readonly colors: string[];
  readonly shapes: string[];
  readonly dashes: number[][];
}

/**
 * Gives each series its looks by its place.
 *
 * @param action What cannot be done with too many, "draw lines".
 * @param present The series of the rows, in any order and number.
 * @param order All series of a family of figures, so that each looks the same in all of them;
 * the order of first appearance where absent.
 * @throws {FigureError} fault "series": more than 16, or one that `order` lacks; "text": an empty name
 */
export function seriesLook(
  action: string,
  present: readonly string[],
  order: readonly string[] = [...new Set(present)],
): SeriesLook {
  checkSeries(action, present, order);
  const used = order.map((name, place) => ({ name, place }))
    .filter(({ name }) => present.includes(name));
  return {
    names: used.map(({ name }) => name),
    colors: used.map(({ place }) => colorAt(place)),
    shapes: used.map(({ place }) => at(SHAPES, shift(place))),
    dashes: used.map(({ place }) => at(DASHES, shift(place))),
  };
}

/** The colour of a place in the order. */
function colorAt(place: number): string {
  return at(COLORS, place);
}

/** Black or white, whichever is read better on a colour: WCAG 2.2, relative luminance. */
export function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((i) => parseInt(color.slice(i, i + 2), 16) / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

/** Columns of a legend above a plot, by the width that vega expects its text to have. */
export function legendColumns(names: readonly string[], width: number): number {
  const longest = Math.max(...names.map((name) => name.length));
  return Math.max(1, Math.min(names.length, Math.floor(width / (longest * 9 + 28))));
}

function checkSeries(action: string, present: readonly string[], order: readonly string[]): void {
  if (order.length > MOST_SERIES) {
    throw new FigureError(
      "series",
      `Cannot ${action}: at most ${MOST_SERIES} series can be told apart: received ${order.length}`,
    );
  }
  const unknown = present.find((name) => !order.includes(name));
  if (unknown !== undefined) {
    throw new FigureError(
      "series",
      `Cannot ${action}: every series must be in the order (${
        order.join(", ")
      }): received ${unknown}`,
    );
  }
  if (present.includes("")) {
    throw new FigureError("text", `Cannot ${action}: a series must have a name: received ""`);
  }
}

function shift(place: number): number {
  return place + Math.floor(place / COLORS.length);
}

function at<T>(list: readonly [T, ...T[]] | readonly T[], place: number): T {
  const [first] = list;
  const item = list[place % list.length] ?? first;
  if (item === undefined) {
    throw new FigureError("series", "Cannot style a series: no looks are defined: received none");
  }
  return item;
}
