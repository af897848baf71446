import { type BarRow, bars, ladder, type LineRow, lines } from "@spmm/figures";
import type { MeasuredRow, NamedFigure } from "@spmm/runner";
import {
  type Climbed,
  climbedOf,
  type LadderRow,
  type LadderValues,
  plainRungs,
} from "./ladder_values.ts";

const ANY = "any weights";
const EXPLOITING = "exploiting redundancy";
const PAPER = "the paper's CUDA";

/** The ladders, all networks side by side, and how inputs die. */
export function ladderFigures(rows: readonly LadderRow[]): NamedFigure[] {
  const climbs = climbedOf(rows);
  const byDevice = Map.groupBy(climbs, ({ device }) => device);
  return [
    ...climbs.filter((climb) => plainRungs(climb).length > 1).map(ladderFigure),
    ...Array.from(byDevice.values()).flatMap(networksFigure),
    ...aliveFigure(climbs),
  ];
}

function ladderFigure({ device, facts, rows }: Climbed): NamedFigure {
  const { network, inputs, inputOrigin, layers } = facts;
  const [first, last] = [rows[0], rows[rows.length - 1]].map(({ values }) => values.medianMs);
  return {
    name: `strategies-${network}-${suffix(facts)}`,
    figure: ladder({
      title: `What each strategy leaves of the time: ${network}, ${inputs} ${inputOrigin} inputs`,
      description: `Median time of all ${layers} layers on ${device}, each strategy upon all ` +
        `before it, with its gain: from ${text(first)} ms to ${text(last)} ms. ` +
        rows.map(({ contender, values }) => `${contender} ${text(values.medianMs)} ms`).join("; "),
      value: { title: "Time of all layers, lower is better", unit: "ms" },
      rows: rows.map(({ contender, values }) => ({
        step: contender,
        kind: values.exploits === "" ? ANY : EXPLOITING,
        value: values.medianMs,
        ...spreadOf(values),
      })),
    }),
  };
}

function networksFigure(climbs: readonly Climbed[]): NamedFigure[] {
  if (new Set(climbs.map(({ facts }) => facts.network)).size < 2) return [];
  const rows = climbs.flatMap(({ name, usual, exploiting }): BarRow[] => {
    const paper = usual?.values.paperMs;
    return [
      ...bar(name, ANY, usual),
      ...bar(name, EXPLOITING, exploiting),
      ...paper === undefined || usual === undefined ? [] : [{
        category: name,
        series: PAPER,
        value: usual.values.countedTeraEdges * usual.values.medianMs / paper,
      }],
    ];
  });
  if (rows.length === 0) return [];
  const [{ device, facts }] = climbs;
  return [{
    name: `networks-${suffix(facts)}`,
    figure: bars({
      title: `Edges a second by network, ${facts.inputs} ${facts.inputOrigin} inputs`,
      description:
        `Edges as the challenge counts them, inputs × connections / time, on ${device}, ` +
        `more is better: ${
          rows.map(({ category, series, value }) => `${category} ${series} ${text(value)}`)
            .join("; ")
        }.`,
      value: { title: "TeraEdges/s counted, more is better" },
      rows,
    }),
  }];
}

function bar(
  category: string,
  series: string,
  row: MeasuredRow<LadderValues> | undefined,
): BarRow[] {
  return row === undefined ? [] : [{ category, series, value: row.values.countedTeraEdges }];
}

/** One line for each network, from the rung that looked most often: where inputs died, and the end. */
function aliveFigure(climbs: readonly Climbed[]): NamedFigure[] {
  const longest = new Map<string, readonly LineRow[]>();
  for (const climb of climbs) {
    const { name, facts } = climb;
    if (facts.weights === "arbitrary") continue;
    for (const { values: { alive, inputs } } of plainRungs(climb)) {
      const points = alive.split(" ").map((pair) => pair.split(":").map(Number))
        .filter(([layers, living]) => layers > 0 && living > 0)
        .filter(([, living], i, all) => i === all.length - 1 || living !== all[i - 1]?.[1])
        .map(([x, living]) => ({ series: name, x, y: 100 * living / inputs }));
      if (points.length > (longest.get(name)?.length ?? 1)) longest.set(name, points);
    }
  }
  const rows = [...longest.values()].flat();
  if (rows.length === 0) return [];
  const ends = Array.from(longest, ([name, points]) => {
    const { x, y } = points[points.length - 1];
    return `${name} ${text(y)} % after ${x} layers`;
  });
  return [{
    name: "alive",
    figure: lines({
      title: "Inputs that are not all zero yet, by layers done",
      description: `What pruning has to work with: ${ends.join("; ")}.`,
      x: { title: "Layers done", scale: "log" },
      y: { title: "Inputs alive", unit: "%", scale: "log" },
      rows,
    }),
  }];
}

function suffix({ processor, weights }: LadderValues): string {
  return `${processor.replaceAll(" ", "-")}${weights === "equal" ? "" : "-arbitrary"}`;
}

function spreadOf({ medianMs, spreadMs }: LadderValues) {
  return spreadMs === undefined ? {} : { low: medianMs - spreadMs, high: medianMs + spreadMs };
}

function text(value: number): string {
  return String(Number(value.toPrecision(3)));
}
