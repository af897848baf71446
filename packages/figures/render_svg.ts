import { parse, resetSVGDefIds, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Figure, Theme } from "./figure.ts";
import { themeConfig } from "./theme.ts";

/** How a figure is to look. */
export interface SvgOptions {
  /** Light where absent. */
  readonly theme?: Theme;
}

const PLACES = /(?<= (?:d|transform|x|y|x1|x2|y1|y2|width|height|viewBox)=")[^"]*/g;
const LONG_NUMBER = /-?\d+\.\d{3,}(?:e-?\d+)?/g;

/**
 * Draws a figure as SVG: the same figure and theme give the same bytes.
 *
 * Needs no permission. Text stays text, in the reader's sans-serif font.
 *
 * @param figure What to draw.
 * @param options How it is to look.
 *
 * @example A figure that says what it is
 * ```ts
 * import { bars, renderSvg } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = bars({
 *   title: "What each step gains",
 *   description: "From 100 to 140 Gflop/s with wider loads.",
 *   value: { title: "Speed", unit: "Gflop/s" },
 *   rows: [
 *     { category: "row-split", series: "GPU", value: 100 },
 *     { category: "wider loads", series: "GPU", value: 140 },
 *   ],
 * });
 * const svg = await renderSvg(figure);
 * assert.match(svg, /Speed \(Gflop\/s\)/);
 * assert.equal(svg, await renderSvg(figure));
 * ```
 */
export async function renderSvg(figure: Figure, options: SvgOptions = {}): Promise<string> {
  const config = themeConfig(options.theme ?? "light");
  const view = new View(parse(compile(figure.spec as unknown as TopLevelSpec, { config }).spec), {
    renderer: "none",
  });
  try {
    await view.runAsync();
    // Identifiers are numbered through the life of the process: every figure begins anew.
    resetSVGDefIds();
    return described(rounded(await view.toSVG()), figure);
  } finally {
    view.finalize();
  }
}

/** To a hundredth of a pixel: the last bits of a sum are no part of the picture. */
function rounded(svg: string): string {
  return svg.replace(
    PLACES,
    (places) => places.replace(LONG_NUMBER, (number) => String(Number(Number(number).toFixed(2)))),
  );
}

function described(svg: string, { title, description }: Figure): string {
  const words = `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>`;
  return `${svg.replace(/^<svg [^>]*>/, (tag) => `${tag.slice(0, -1)} role="img">${words}`)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
