import type { Config } from "vega-lite";
import type { Theme } from "./figure.ts";

/** The colours that a theme sets; those of series are the same in both. */
interface Inks {
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
}

const INKS: Readonly<Record<Theme, Inks>> = {
  light: { page: "#ffffff", text: "#1a1a1a", muted: "#595959", grid: "#e3e3e3" },
  dark: { page: "#0d1117", text: "#e6edf3", muted: "#a3adb8", grid: "#30363d" },
};

/** Fonts of about the same width; the last but one is what PNGs are drawn with. */
const FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans Condensed, sans-serif";

/** At 336 px, a column of 89 mm, 11 px print as 8 pt or somewhat less where labels widen a figure. */
const SIZE = 11;

/** What a theme makes of axes, legends and the styles that figures name. */
export function themeConfig(theme: Theme): Config {
  const { page, text, muted, grid } = INKS[theme];
  return {
    background: page,
    font: FONT,
    padding: 8,
    title: { color: text, fontSize: SIZE + 2, anchor: "start", frame: "bounds", offset: 10 },
    axis: {
      labelColor: text,
      titleColor: text,
      labelFontSize: SIZE,
      titleFontSize: SIZE,
      titleFontWeight: "bold",
      domainColor: muted,
      tickColor: muted,
      gridColor: grid,
      labelLimit: 240,
      titleLimit: 600,
    },
    legend: {
      labelColor: text,
      labelFontSize: SIZE,
      labelLimit: 240,
      orient: "top",
      title: null,
      symbolSize: 80,
      symbolStrokeWidth: 1.5,
      offset: 8,
    },
    header: { labelColor: text, labelFontSize: SIZE, labelFontWeight: "bold" },
    view: { stroke: null },
    bar: { stroke: text, strokeWidth: 0.5 },
    style: {
      reference: { stroke: text, strokeWidth: 1.2, strokeDash: [4, 3] },
      spread: { stroke: text, strokeWidth: 1.2, color: text },
      roof: { color: text, stroke: text, strokeWidth: 1.8 },
      ceiling: { color: muted, stroke: muted, strokeWidth: 1.4, strokeDash: [6, 3] },

      note: { color: muted, fill: muted, fontSize: SIZE },
      outlined: { stroke: text, strokeWidth: 0.6 },
      cut: { stroke: page, strokeWidth: 2 },
    },
  };
}
