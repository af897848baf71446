import { lines } from "@spmm/figures";
import { randomSource } from "@spmm/formats";
import {
  type Cell,
  choiceAxis,
  countAxis,
  type DiscoveredExperiment,
  type Experiment,
  experiment,
  type KeptRow,
  measuredRows,
  type RowOutcome,
  Store,
  type StoredEnvironment,
  type StoredPoint,
  type StoredRun,
  type Table,
} from "@spmm/runner";

/** Text that would do harm if a page took it for its own. */
export const HOSTILE =
  `<script>document.title = "taken"</script><img src=x onerror=alert(1)> & "it's"`;

const HASH = "3f".repeat(32);
const KERNELS = ["row-split", "merge", "csb", "row-swizzle", "dense-gemm"];
const WIDTHS = [32, 64, 128, 256, 512, 1024];
const MATRICES = 40;

interface Values {
  readonly medianUs: number;
  readonly spreadUs: number;
  readonly gflops: number;
}

const GPU: StoredEnvironment = {
  runtime: { deno: "2.9.6", v8: "14.5.201.2", typescript: "5.9.3" },
  platform: "linux x86_64",
  cpu: "Intel Xeon Platinum 8480C",
  hardwareThreads: 16,
  commit: "558863fdbbe24bc7c29dbd2852fc372bc10f57ed",
  dirty: false,
  devices: [{
    kind: "webgpu",
    name: "NVIDIA H200",
    facts: {
      ...{ vendor: "nvidia", architecture: "", description: "570.124.06", f16: true },
      ...{ timestamps: true, maxBufferSize: 4294967296, maxComputeWorkgroupStorageSize: 49152 },
    },
  }],
};

const SOFTWARE: StoredEnvironment = {
  ...GPU,
  cpu: "AMD EPYC 7763 64-Core Processor",
  hardwareThreads: 2,
  dirty: true,
  devices: [
    { kind: "webgpu", name: "llvmpipe (LLVM 15.0.6, 256 bits)", facts: { vendor: "mesa" } },
    { kind: "cpu", name: "CPU, 2 threads", facts: { threads: 2, simdBits: 128 } },
  ],
};

const widthOfB: Experiment = experiment({
  name: "width-of-b",
  question: `From which width of B on does the time of a product grow with it? ${HOSTILE}`,
  axes: {
    n: countAxis("columns of B", { quick: [64], full: WIDTHS }),
    storage: choiceAxis("what values are stored as", ["f32", "f16"], {
      ...{ quick: ["f32"], full: ["f32"] },
    }),
    kernels: countAxis("kernels to run", { quick: [], full: [] }),
  },
  points: () => [],
  findings: () => [
    "Row-split is the fastest of four sparse kernels at 6 of 6 widths; its time doubles with the " +
    "width from 128 columns on, where B no longer fits the cache.",
    `Merge follows within 12 %, and dense takes 2.1 times as long. ${HOSTILE}`,
  ],
  figures: (rows: readonly KeptRow<Values>[]) => [
    { name: "time", figure: figureOf(rows, "medianUs", "Time", "µs") },
    { name: "speed", figure: figureOf(rows, "gflops", "Speed", "GFLOP/s") },
  ],
  tables: (rows) => [tableOf(rows)],
});

const manyTables: Experiment = experiment({
  name: "many-tables",
  question: "Which kernel family is fastest on real pruned weights, and by how much?",
  axes: { n: countAxis("columns of B", { quick: [64], full: [256] }) },
  points: () => [],
  tables: (rows: readonly KeptRow<Values>[]) =>
    Array.from({ length: 5 }, (_, i) => wideTable(rows, `Median time in µs: N = ${32 << i}`)),
});

const broken: Experiment = experiment({
  ...{ name: "broken-tables", question: "What is said of what cannot be shown?", axes: {} },
  points: () => [],
  tables(rows) {
    throw new RangeError(`Cannot list: rows must have times: received ${rows.length} ${HOSTILE}`);
  },
});

const changed: Experiment = experiment({
  ...{ name: "changed-since", question: "Are numbers of other sources drawn?", axes: {} },
  points: () => [],
  tables: () => [{ title: "never shown", columns: [], rows: [] }],
});

const neverRun: Experiment = experiment({
  ...{ name: "never-run", question: "What is shown of nothing?", axes: {} },
  ...{ points: () => [], tables: () => [] },
});

/** Experiments in every standing, one of them with figures. */
export const testExperiments: readonly DiscoveredExperiment[] = [
  ...[widthOfB, manyTables, broken, changed, neverRun],
].map((experiment) => ({ experiment, sourceHash: HASH }));

/** A store in memory with results of {@linkcode testExperiments}, drawn from a seed. */
export function testStore(): Store {
  const store = Store.open(":memory:");
  const widths = widthPoints();
  store.add({ ...runOf("width-of-b", GPU, widths), planned: widths.length });
  store.add({ ...runOf("many-tables", SOFTWARE, matrixPoints()), planned: 64, state: "running" });
  store.add(runOf("broken-tables", SOFTWARE, matrixPoints().slice(0, 3)));
  store.add({ ...runOf("changed-since", GPU, matrixPoints()), sourceHash: "old" });
  return store;
}

function runOf(
  name: string,
  environment: StoredEnvironment,
  points: readonly StoredPoint[],
): StoredRun {
  return {
    ...{ uid: name, experiment: name, sourceHash: HASH, scale: "full", environment, points },
    ...{ set: { storage: ["f32"] }, fresh: false, argv: ["--all", "--full", "--device", "gpu"] },
    ...{ started: "2026-11-20T09:31:12.000Z", ended: "2026-11-20T09:58:40.000Z" },
    ...{ state: "complete", planned: points.length },
  };
}

function widthPoints(): StoredPoint[] {
  const random = randomSource(7);
  const points = WIDTHS.map((n, position): StoredPoint => ({
    ...{ position, parameters: { n, storage: "f32" }, state: "measured", seconds: 41.5 },
    rows: KERNELS.map((contender, i) =>
      rowOf(contender, n, (1 + i / 4) * (0.9 + random.unit() / 5))
    ),
  }));
  const reason = `merge: MismatchError: row 17 differs ${HOSTILE}`;
  return [
    ...points,
    {
      ...{ position: points.length, parameters: { n: 2048, storage: "f32" }, seconds: 12 },
      ...{ state: "failed", reason },
      rows: [
        rowOf("row-split", 2048, 1),
        { ...{ contender: "merge", device: "NVIDIA H200", outcome: "failed", reason }, values: {} },
        {
          ...{ contender: "csb", device: "NVIDIA H200", outcome: "skipped", values: {} },
          reason: "C would take more than the 4 GiB that a buffer can hold",
        },
      ],
    },
    {
      ...{ position: points.length + 1, parameters: { n: 64, storage: "f16" }, seconds: 0 },
      ...{ state: "skipped", reason: "the device has no f16", rows: [] },
    },
  ];
}

function matrixPoints(): StoredPoint[] {
  const random = randomSource(11);
  return Array.from({ length: MATRICES }, (_, position): StoredPoint => ({
    parameters: {
      matrix: `transformer/magnitude_pruning/0.${position + 50}/body_layer_${position}`,
    },
    ...{ position, state: "measured", seconds: 2.2 },
    rows: KERNELS.map((contender) => ({
      ...rowOf(contender, 64, 1 + random.unit() * 3),
      device: SOFTWARE.devices[0]?.name ?? "",
    })),
  }));
}

function rowOf(contender: string, n: number, factor: number): RowOutcome {
  const medianUs = (9 + n * 0.21) * factor;
  return {
    ...{ contender, device: "NVIDIA H200", outcome: "measured" },
    values: { medianUs, spreadUs: medianUs * 0.06, gflops: n * 105 / medianUs },
    samples: { kernel: [medianUs / 1e6, medianUs / 1e6 + 1e-7] },
    check: { comparedRows: 2048, worstError: 0.25 },
  };
}

function figureOf(
  rows: readonly KeptRow<Values>[],
  value: "medianUs" | "gflops",
  title: string,
  unit: string,
) {
  return lines({
    title: `${title} of a product by the width of B`,
    description: `${title} of five kernels over 32 to 1024 columns: row-split leads throughout.`,
    x: { title: "Columns of B", scale: "log" },
    y: { title, unit, scale: "log" },
    rows: measuredRows(rows).filter(({ parameters }) => parameters["n"] !== 2048)
      .map(({ contender, parameters, values }) => ({
        ...{ series: contender, x: Number(parameters["n"]), y: values[value] },
        ...(value === "medianUs" && {
          ...{ low: values.medianUs - values.spreadUs, high: values.medianUs + values.spreadUs },
        }),
      })),
  });
}

function tableOf(rows: readonly KeptRow<Values>[]): Table {
  return {
    title: "Median time and speed of every kernel at every width",
    columns: ["kernel", "columns of B", "time, µs", "± µs", "GFLOP/s"].map((heading) => ({
      heading,
    })),
    rows: rows.map(({ contender, parameters, outcome, values }): Cell[] => [
      ...[contender, Number(parameters["n"]), values.medianUs ?? outcome],
      ...[values.spreadUs, values.gflops],
    ]),
  };
}

function wideTable(rows: readonly KeptRow<Values>[], title: string): Table {
  const byMatrix = Map.groupBy(rows, ({ parameters }) => String(parameters["matrix"]));
  return {
    title,
    columns: ["matrix", "shape", "zeros, %", ...KERNELS].map((heading) => ({ heading })),
    rows: Array.from(byMatrix, ([matrix, all], i): Cell[] => [
      ...[`…${matrix.slice(-40)}`, "2048x512", 50 + i],
      ...all.map(({ values }) => values.medianUs),
    ]),
  };
}
