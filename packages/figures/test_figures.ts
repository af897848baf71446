import { bars } from "./bars.ts";
import { choiceMap } from "./choice_map.ts";
import { distribution } from "./distribution.ts";
import type { Figure } from "./figure.ts";
import { ladder } from "./ladder.ts";
import { lines } from "./lines.ts";
import { rooflineFigure } from "./roofline_figure.ts";
import { stackedBars } from "./stacked_bars.ts";

const FAMILIES = ["row-split", "merge", "sliced-k", "csb"];

/** One of each kind, with what must be legible in it. */
export const FIGURES: Readonly<Record<string, { figure: Figure; words: readonly string[] }>> = {
  bars: {
    figure: bars({
      title: "Speed-up over Sputnik, geometric means over 21 matrices with their quartiles",
      description: "Sliced-K is ahead.",
      value: { title: "Speed-up" },
      rows: FAMILIES.flatMap((category, i) =>
        [256, 1024].map((n) => ({
          category,
          series: `N = ${n}`,
          value: 0.5 + 0.25 * i + n / 4096,
          low: 0.4 + 0.25 * i + n / 4096,
          high: 0.7 + 0.25 * i + n / 4096,
        }))
      ),
      reference: 1,
    }),
    words: ["Speed-up", "N = 1024", ...FAMILIES],
  },
  stackedBars: {
    figure: stackedBars({
      title: "Where the time of CSB goes",
      description: "Walking the masks takes most.",
      value: { title: "Time", unit: "µs" },
      rows: ["80 %", "90 %", "95 %"].flatMap((category, i) =>
        ["decode", "spread", "walk"].map((part, j) => ({ category, part, value: 5 + i + 3 * j }))
      ),
    }),
    words: ["Time (µs)", "90 %", "decode", "spread", "walk"],
  },
  distribution: {
    figure: distribution({
      title: "Speed-up over row-split on every matrix",
      description: "Most are between a half and twice.",
      ratio: { title: "Speed-up" },
      rows: FAMILIES.flatMap((category, i) =>
        Array.from({ length: 20 }, (_, j) => ({ category, ratio: 2 ** ((j - 10) / 8 + i / 3) }))
      ),
    }),
    words: ["Speed-up", ...FAMILIES],
  },
  choiceMap: {
    figure: choiceMap({
      title: "The fastest family, and how far ahead of the next it is",
      description: "Dense where half of A is full, sliced-K elsewhere.",
      xTitle: "Zeros (%)",
      yTitle: "Columns of B",
      rows: ["50", "70", "90", "98"].flatMap((x, i) =>
        ["256", "1024"].map((y) => ({
          x,
          y,
          choice: i === 0 ? "dense" : "sliced-k",
          label: `${(1 + i / 10).toFixed(1)}×`,
        }))
      ),
    }),
    words: ["Zeros (%)", "Columns of B", "dense", "sliced-k", "1.3×"],
  },
  ladder: {
    figure: ladder({
      title: "Time by strategy, each upon all before it",
      description: "Pruning gains most.",
      value: { title: "Time", unit: "ms" },
      rows: [40, 10, 8, 2].map((value, i) => ({
        step: ["baseline", "+ pruning", "+ fusion", "+ codebook"][i] ?? "",
        kind: i < 3 ? "any weights" : "exploits redundancy",
        value,
        low: 0.95 * value,
        high: 1.05 * value,
      })),
    }),
    words: ["Time (ms)", "+ pruning", "10 ms, 4×", "exploits redundancy"],
  },
  lines: {
    figure: lines({
      title: "Speed-up over dense by sparsity",
      description: "The crossover is near half.",
      x: { title: "Zeros", unit: "%" },
      y: { title: "Speed-up over dense", scale: "log" },
      rows: FAMILIES.flatMap((series, i) =>
        [50, 80, 95].map((x) => ({ series, x, y: x / 50 + i / 4, low: x / 60, high: x / 30 + i }))
      ),
    }),
    words: ["Zeros (%)", "Speed-up over dense", ...FAMILIES],
  },
  roofline: {
    figure: rooflineFigure({
      title: "CSB under the roofline of an H200",
      description: "All points lie below a third of the roof.",
      rows: FAMILIES.map((series, i) => ({
        series,
        intensity: 20 * (i + 1),
        rate: 2e12 * (i + 1),
      })),
      bytesPerSecond: 4.1e12,
      flopsPerSecond: 5e13,
      ceiling: { name: "on-chip operands", rate: 1.6e13 },
    }),
    words: ["Arithmetic intensity (FLOP/byte)", "memory, 4.1 TB/s", "on-chip operands"],
  },
};
