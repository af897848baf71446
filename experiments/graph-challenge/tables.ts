import type { Cell, Table } from "@spmm/runner";
import { type Climbed, climbedOf, type LadderRow, plainRungs } from "./ladder_values.ts";

const MIB = 2 ** 20;

/** The paper's table, the ladders, what exploits special networks, others' times, and what is missing. */
export function ladderTables(rows: readonly LadderRow[]): Table[] {
  const climbs = climbedOf(rows);
  const byDevice = Array.from(
    Map.groupBy(climbs, ({ device, facts }) => `${device} (${facts.processor})`),
  );
  return [
    ...byDevice.flatMap(([where, own]) => networkTable(where, own)),
    ...climbs.filter((climb) => plainRungs(climb).length > 1).map(ladderTable),
    ...byDevice.flatMap(([where, own]) => exploitingTable(where, own)),
    ...byDevice.flatMap(([where, own]) => peerTable(where, own)),
    ...unmeasuredTable(rows),
  ];
}

function networkTable(where: string, climbs: readonly Climbed[]): Table[] {
  const rows = climbs.flatMap(({ name, usual }): Cell[][] => {
    if (usual === undefined) return [];
    const { values: v, check } = usual;
    return [[
      name,
      v.networkOrigin,
      `${v.inputs} ${v.inputOrigin}`,
      v.survivors,
      v.medianMs,
      v.spreadMs,
      v.countedTeraEdges,
      v.executedTeraEdges,
      v.paperMs,
      over(v.paperMs, v.medianMs),
      over(v.paperKernelsMs, v.medianMs),
      v.inspectMs / 1000,
      v.uploadMs / 1000,
      v.inputUploadMs / 1000,
      v.weightBytes / MIB,
      v.featureBytes / MIB,
      `${v.truth}${check === undefined ? "" : `, error ${check.worstError.toPrecision(2)}`}`,
    ]];
  });
  return tableOf(`Whatever the weights, all layers: ${where}`, [
    ...["network", "structure", "inputs", "survivors", "time, ms", "±", "TeraEdges/s counted"],
    ...["executed", "paper's CUDA, ms", "× paper", "× its kernels", "inspect, s", "upload, s"],
    ...["upload inputs, s", "weights, MiB", "features, MiB", "checked against"],
  ], rows);
}

function ladderTable(climb: Climbed): Table {
  const { name, device, facts, rows } = climb;
  const first = rows[0].values.medianMs;
  return {
    title: `Strategies upon one another: ${name}, ${facts.inputs} ${facts.inputOrigin} inputs, ` +
      `${device}`,
    columns: [
      ...["strategy", "exploits", "time, ms", "±", "gain", "gain of all", "TeraEdges/s counted"],
      ...["executed", "kernels", "weights, MiB", "inspect, s"],
    ].map((heading) => ({ heading })),
    rows: rows.map(({ contender, values: v }, i) => [
      contender,
      v.exploits === "" ? undefined : v.exploits,
      v.medianMs,
      v.spreadMs,
      i === 0 ? undefined : rows[i - 1].values.medianMs / v.medianMs,
      i === 0 ? undefined : first / v.medianMs,
      v.countedTeraEdges,
      v.executedTeraEdges,
      v.stages,
      v.weightBytes / MIB,
      v.inspectMs / 1000,
    ]),
  };
}

function exploitingTable(where: string, climbs: readonly Climbed[]): Table[] {
  const rows = climbs.flatMap(({ name, usual, rows }) =>
    rows.filter(({ values: { exploits } }) => exploits !== "").map(({ contender, values: v }) => [
      name,
      contender,
      v.exploits,
      v.medianMs,
      v.spreadMs,
      over(usual?.values.medianMs, v.medianMs),
      v.countedTeraEdges,
      v.executedTeraEdges,
      over(v.paperMs, v.medianMs),
      v.weightBytes / MIB,
      v.labels,
    ])
  );
  return tableOf(`Exploiting what is special about the benchmark: ${where}`, [
    ...["network", "upon all before", "exploits", "time, ms", "±", "gain over any weights"],
    ...["TeraEdges/s counted", "executed", "× paper", "weights, MiB", "in force"],
  ], rows);
}

const PEERS = [
  ["the paper's CUDA, inference", "paperMs"],
  ["the paper's CUDA, kernels", "paperKernelsMs"],
  ["XY-2021", "xy2021Ms"],
  ["SNICIT", "snicitMs"],
  ["BF-2019", "bf2019Ms"],
] as const;

function peerTable(where: string, climbs: readonly Climbed[]): Table[] {
  const rows = climbs.flatMap(({ name, usual, exploiting }) =>
    PEERS.flatMap(([peer, key]): Cell[][] => {
      const theirs = usual?.values[key];
      if (usual === undefined || theirs === undefined) return [];
      const [ours, best] = [usual.values.medianMs, exploiting?.values.medianMs];
      return [[name, peer, theirs, usual.values.peersGpu, ours, theirs / ours, over(theirs, best)]];
    })
  );
  return tableOf(`Beside others' programs, their time over ours: ${where}`, [
    ...["network", "program", "its time, ms", "measured on", "ours, any weights, ms"],
    ...["× as fast", "× exploiting"],
  ], rows);
}

function unmeasuredTable(rows: readonly LadderRow[]): Table[] {
  const missing = rows.filter(({ outcome }) => outcome !== "measured");
  return tableOf(
    "Not measured",
    ["network", "weights", "strategy", "device", "outcome", "reason"],
    missing.map(({ contender, device, outcome, reason, values }) => [
      ...[values.network, values.weights, contender, device, outcome, reason],
    ]),
  );
}

function tableOf(title: string, headings: readonly string[], rows: readonly Cell[][]): Table[] {
  return rows.length === 0
    ? []
    : [{ title, columns: headings.map((heading) => ({ heading })), rows }];
}

/** How many times one is the other; nothing where one is not known. */
function over(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other;
}
