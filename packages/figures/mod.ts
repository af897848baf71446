/**
 * Figures of experiments, from rows of data to SVG and PNG without a display.
 *
 * @module
 */
export { type BarRow, bars, type BarsData } from "./bars.ts";
export { choiceMap, type ChoiceMapData, type ChoiceRow } from "./choice_map.ts";
export { distribution, type DistributionData, type RatioRow } from "./distribution.ts";
export { FigureError, type FigureFault } from "./errors.ts";
export { type Figure, type FigureText, type Theme } from "./figure.ts";
export { ladder, type LadderData, type LadderRow } from "./ladder.ts";
export { type LineRow, lines, type LinesData } from "./lines.ts";
export { type Quantity } from "./quantity.ts";
export { type PngOptions, renderPng } from "./render_png.ts";
export { renderSvg, type SvgOptions } from "./render_svg.ts";
export { type RooflineData, rooflineFigure, type RooflineRow } from "./roofline_figure.ts";
export { type Spread } from "./rows.ts";
export { type PartRow, stackedBars, type StackedBarsData } from "./stacked_bars.ts";
