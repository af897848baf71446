import type {
  AliveAfter,
  Edges,
  Inference,
  InputSource,
  NetworkPlan,
  NetworkSource,
  OpenInputs,
  OpenNetwork,
  StageNote,
} from "@spmm/network";
import { connections } from "@spmm/network";
import { renderTable } from "@spmm/runner";
import type { Device } from "@spmm/spmm";
import { aliveChart } from "./infer_chart.ts";
import { checkText, type InferCheck } from "./infer_check.ts";

/** A plan as `--json` has it. */
export interface PlanReport {
  readonly network: {
    readonly name: string;
    readonly origin: string;
    readonly source: NetworkSource;
    readonly layers: number;
    readonly connections: number;
  };
  readonly device: { readonly name: string; readonly kind: Device["kind"] };
  readonly plan: {
    /** Strategies in force. */
    readonly labels: readonly string[];
    /** Those of them that are worth more on redundant networks, and what they exploit. */
    readonly exploits: Readonly<Record<string, string>>;
    readonly chunk: number;
    readonly stages: readonly StageNote[];
  };
  /** Bytes on the device. */
  readonly memory: { readonly weights: number; readonly features: number };
}

/** An inference as `--json` has it. */
export interface InferReport extends PlanReport {
  readonly inputs: {
    readonly count: number;
    readonly origin: string;
    readonly source: InputSource;
  };
  /** How many inputs have an output that is not zero. */
  readonly survivors: number;
  readonly alive: readonly AliveAfter[];
  readonly edges: Edges;
  /** By the seconds of `compute`. */
  readonly teraEdgesPerSecond: Edges;
  readonly seconds: InferReportSeconds;
  /** Absent where nothing is known of the right result. */
  readonly check?: InferCheck;
  /** Files that were written. */
  readonly files: readonly string[];
}

/** Where all of the time went. */
export interface InferReportSeconds {
  /** Opening the device. */
  readonly device: number;
  /** Reading or making the network, and opening the inputs. */
  readonly load: number;
  /** Making chunks of inputs while the device works. */
  readonly inputs: number;
  /** Looking at the network: grouping, encoding, compiling. */
  readonly inspect: number;
  /** Bringing the weights to the device. */
  readonly weights: number;
  /** Bringing inputs to the device. */
  readonly upload: number;
  /** All layers, by the device's own clock where it has one. */
  readonly compute: number;
  /** Bringing results back. */
  readonly readback: number;
  /** From the first input to the last result, by the host's clock. */
  readonly infer: number;
  /** From the command's start, files not counted. */
  readonly total: number;
}

/** What a plan's strategies exploit, by their labels in one case and without blanks or hyphens. */
const EXPLOITS: Readonly<Record<string, string>> = {
  reordering: "equal supports",
  codebook: "equal weights",
  deduplication: "equal neurons",
  fixedpoints: "saturated activations",
};

/** Puts the report of a plan together. */
export function planReport(network: OpenNetwork, device: Device, plan: NetworkPlan): PlanReport {
  const { name, origin, source, layers } = network;
  const exploits = plan.labels.flatMap((label) => {
    const what: string | undefined = EXPLOITS[label.toLowerCase().replace(/[^a-z]/g, "")];
    return what === undefined ? [] : [[label, what]];
  });
  return {
    network: { name, origin, source, layers: layers.length, connections: connections(network) },
    device: { name: plan.device, kind: device.kind },
    plan: {
      labels: plan.labels,
      exploits: Object.fromEntries(exploits),
      chunk: plan.chunk,
      stages: plan.stages,
    },
    memory: { weights: plan.weightBytes, features: plan.featureBytes },
  };
}

/** Puts the report of an inference together. */
export function inferReport(
  planned: PlanReport,
  inputs: OpenInputs,
  inference: Inference,
  rest: Pick<InferReport, "seconds" | "files"> & { readonly check: InferCheck | undefined },
): InferReport {
  const { survivors, alive, edges } = inference;
  const { seconds, files, check } = rest;
  const rate = (count: number) => seconds.compute > 0 ? count / seconds.compute / 1e12 : 0;
  return {
    ...planned,
    inputs: { count: inference.inputs, origin: inputs.origin, source: inputs.source },
    survivors: survivors.length,
    alive,
    edges,
    teraEdgesPerSecond: { counted: rate(edges.counted), executed: rate(edges.executed) },
    seconds,
    ...check && { check },
    files,
  };
}

/** What `--explain` prints: the network, the plan, its memory. */
export function planText(report: PlanReport, description: string): string {
  const { network, plan, memory } = report;
  const exploits = Object.entries(plan.exploits).map(([label, what]) => `${label} (${what})`);
  return [
    `${network.name}, ${network.origin}: ${network.layers} layers, ${network.connections} connections`,
    `strategies: ${plan.labels.join(", ") || "none"}`,
    ...exploits.length > 0 ? [`exploiting redundancy: ${exploits.join(", ")}`] : [],
    `memory: weights ${bytesText(memory.weights)}, features ${bytesText(memory.features)}, ` +
    `at most ${plan.chunk} inputs at once`,
    "",
    description,
  ].join("\n");
}

/** What is printed for people. */
export function inferText(report: InferReport, description: string): string {
  const { inputs, survivors, alive, edges, teraEdgesPerSecond: rates, seconds, files } = report;
  const time = renderTable({
    title: "Where the time went",
    columns: [{ heading: "part" }, { heading: "seconds" }],
    rows: [
      ["open the device", seconds.device],
      ["load the network and open the inputs", seconds.load],
      ["make inputs", seconds.inputs],
      ["inspect", seconds.inspect],
      ["upload weights", seconds.weights],
      ["upload inputs", seconds.upload],
      [`compute (${report.device.kind})`, seconds.compute],
      ["read back", seconds.readback],
      ["infer, from the first input to the last result", seconds.infer],
      ["all of it", seconds.total],
    ].map(([part, value]) => [part, typeof value === "number" ? plain(value) : value]),
  });
  return [
    planText(report, description),
    "",
    `${inputs.count} inputs, ${inputs.origin}; alive after each layer:`,
    "",
    aliveChart(alive),
    "",
    time,
    `counted   ${rates.counted.toPrecision(3)} TeraEdges/s, ${edges.counted} edges`,
    `executed  ${rates.executed.toPrecision(3)} TeraEdges/s, ${edges.executed} edges`,
    `${survivors} survivors`,
    report.check === undefined
      ? "not checked: nothing is published of the right result"
      : `${report.check.passed ? "right" : "WRONG"}: ${checkText(report.check)}`,
    ...files.map((file) => `written: ${file}`),
  ].join("\n");
}

/** Seconds to the microsecond. */
function plain(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
