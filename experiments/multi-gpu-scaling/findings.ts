import { expectationOf } from "./prediction.ts";
import {
  efficiencyOf,
  endToEndEfficiencyOf,
  type Scaling,
  type ScalingRow,
  scalingsOf,
  unitOf,
} from "./scaling_values.ts";
import { PARTS } from "./tables.ts";

/** What is aimed at on the most GPUs. */
const TARGET = 0.95;
const HALF = 0.5;
/** Partitions whose times are closer than this do as well as each other. */
const CLOSE = 1.02;

/** What the rows say of scaling, in sentences. */
export function scalingFindings(rows: readonly ScalingRow[]): string[] {
  const scalings = scalingsOf(rows);
  const sentences = scalings.flatMap((scaling) => [
    ...scale(scaling),
    ...whereTimeGoes(scaling),
    ...partitions(scaling),
    ...future(scaling),
  ]);
  if (scalings.length === 0) return ["Nothing was measured."];
  const limits = [
    "Networks are generated and inputs rebuilt from MNIST, so survivors are not the challenge's; " +
    "all runs gave those of one worker, to the bit.",
    ...scalings.some(({ standIn }) => standIn)
      ? ["Stand-ins on the CPU share its cores: they show that it works, not how GPUs scale."]
      : [],
  ];
  return [...sentences, ...limits];
}

function scale(scaling: Scaling): string[] {
  const { most, one } = scaling;
  const { gpus, runMs, partition, teraEdgesPerSecond } = most.values;
  const efficiency = efficiencyOf(scaling, most);
  const endToEnd = endToEndEfficiencyOf(scaling, most);
  const many = `${gpus} ${unitOf(scaling)} take ${text(runMs)} ms (${partition}), ` +
    `${text(teraEdgesPerSecond)} TeraEdges/s counted`;
  if (one === undefined || efficiency === undefined || gpus === 1) {
    return [`${label(scaling)}: ${many}.`];
  }
  const aim = efficiency >= TARGET ? "reached" : "missed";
  const target = scaling.standIn ? "" : `; the ${100 * TARGET} % aimed at are ${aim}`;
  return [
    `${label(scaling)}: ${many}, against ${text(one.values.runMs)} ms of one: ` +
    `${percent(efficiency)} efficiency with weights and inputs resident${target}.`,
    `${label(scaling)}: from cold, network and inputs made on the host, ${gpus} take ` +
    `${text(most.values.endToEndSeconds)} s and one ${text(one.values.endToEndSeconds)} s, ` +
    `loading as when all start at once: ${percent(endToEnd ?? NaN)} efficiency.`,
  ];
}

function whereTimeGoes(scaling: Scaling): string[] {
  const { values } = scaling.most;
  const parts = PARTS.map(({ part, ms }) => ({ part, share: ms(values) / values.runMs }))
    .filter(({ share }) => share >= 0.005)
    .map(({ part, share }) => `${part} ${percent(share)}`);
  return [`${label(scaling)}: of the time on ${values.gpus}: ${parts.join(", ")}.`];
}

function partitions(scaling: Scaling): string[] {
  const { most: { values: { gpus, partition, runMs } }, rows } = scaling;
  const others = rows.filter(({ values }) => values.gpus === gpus && values.partition !== partition)
    .map(({ values }) => `${values.partition} ${(values.runMs / runMs).toFixed(2)} ×`);
  if (others.length === 0) return [];
  const close = rows.filter(({ values }) =>
    values.gpus === gpus && values.partition !== partition && values.runMs < CLOSE * runMs
  );
  const even = close.length === 0
    ? ""
    : `; ${close.map(({ values }) => values.partition).join(" and ")} too close to tell apart`;
  return [
    `${label(scaling)}: on ${gpus}, ${partition} is the fastest, ${
      others.join(", ")
    } its time${even}.`,
  ];
}

function future(scaling: Scaling): string[] {
  const expectation = expectationOf(scaling);
  if (expectation === undefined) return [];
  const { predicted, measured, assumptions } = expectation;
  const last = predicted.findLast(({ efficiency }) => efficiency >= HALF);
  const [first] = predicted;
  const checked = measured[measured.length - 1];
  const { gpus, runMs } = scaling.most.values;
  return [
    `${label(scaling)}: predicted, not measured: ${text(1000 * first.runSeconds)} ms on ` +
    `${first.gpus} GPUs (${percent(first.efficiency)}); ${
      last === undefined
        ? "half of the efficiency is lost before that"
        : `at least half of the efficiency is kept to ${last.gpus}`
    }. On ${gpus} the same model gives ${text(1000 * checked.runSeconds)} ms, where ` +
    `${text(runMs)} were measured.`,
    `It assumes: ${assumptions.join(" ")}`,
  ];
}

function label({ network, inputs }: Scaling): string {
  return `${network}, ${inputs} inputs`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function text(number: number): string {
  return number >= 1000 ? number.toFixed(0) : `${Number(number.toPrecision(3))}`;
}
