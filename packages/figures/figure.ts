/** What a figure says in words. */
export interface FigureText {
  /** What is seen, in a line; stands above the plot and is wrapped to its width. */
  readonly title: string;
  /** What it shows to those who cannot see it; becomes the picture's description and alt text. */
  readonly description: string;
}

/** A figure as plain data: a vega-lite specification that knows nothing of themes and files. */
export interface Figure extends FigureText {
  /**
   * A vega-lite specification: marks, scales and the data itself; colours of text and lines come
   * with the theme.
   */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Dark text on white for paper, light text on near-black for screens. */
export type Theme = "light" | "dark";
