import type { AliveAfter, Edges, InputSource, NetworkSource } from "@spmm/network";
import { renderTable } from "@spmm/runner";
import type { FaultReport, JobResult, RunReport } from "@spmm/scheduler";
import { aliveChart } from "./infer_chart.ts";
import { checkText, type InferCheck } from "./infer_check.ts";

interface From {
  readonly network: {
    readonly name: string;
    readonly origin: string;
    readonly source: NetworkSource;
  };
  readonly inputs: {
    /** How many there are. */
    readonly of: number;
    readonly origin: string;
    readonly source: InputSource;
  };
}

interface Rest {
  /** From the command's start, files not counted. */
  readonly totalSeconds: number;
  readonly check: InferCheck | undefined;
  readonly files: readonly string[];
}

/** An inference on an engine as `--json` has it. */
export interface EngineReport {
  readonly network: From["network"];
  /** `count` of `of` are through, all of them unless workers were lost. */
  readonly inputs: From["inputs"] & { readonly count: number };
  /** How many of those that are through have an output that is not zero. */
  readonly survivors: number;
  readonly alive: readonly AliveAfter[];
  readonly edges: Edges;
  /**
   * By the seconds from handing out the first range to having the last answer; where an earlier run
   * has finished some inputs, for the share of inputs that this run did.
   */
  readonly teraEdgesPerSecond: Edges;
  /** Where the time went, what each worker did, what went wrong. */
  readonly run: RunReport;
  /** From the command's start. */
  readonly totalSeconds: number;
  /** Absent where nothing is known of the right result, or not all inputs are through. */
  readonly check?: InferCheck;
  /** Files that were written. */
  readonly files: readonly string[];
}

/** Puts the report together. */
export function engineReport(
  { network, inputs }: From,
  { inputs: count, survivors, alive, edges, report: run }: JobResult,
  { totalSeconds, check, files }: Rest,
): EngineReport {
  const share = count === 0 ? 0 : run.inputs / count;
  const { run: seconds } = run.seconds;
  const rate = (edges: number) => seconds > 0 ? share * edges / seconds / 1e12 : 0;
  return {
    network,
    inputs: { count, ...inputs },
    survivors: survivors.length,
    alive,
    edges,
    teraEdgesPerSecond: { counted: rate(edges.counted), executed: rate(edges.executed) },
    run,
    totalSeconds,
    ...check && { check },
    files,
  };
}

/** What is printed for people. */
export function engineText(report: EngineReport): string {
  const { network, inputs, survivors, alive, edges, run } = report;
  const { teraEdgesPerSecond: rates, check, files } = report;
  const done = inputs.count === inputs.of ? "" : ` of ${inputs.of}`;
  const resumed = run.resumed === 0 ? "" : `, ${run.resumed} of them by an earlier run`;
  return [
    `${network.name}, ${network.origin}`,
    `engine ${run.engine}, partition ${run.partition}`,
    `${inputs.count}${done} inputs, ${inputs.origin}${resumed}`,
    ...alive.length === 0 ? [] : ["alive after each layer:", "", aliveChart(alive)],
    "",
    workersTable(run),
    timeTable(report),
    `efficiency ${(100 * run.efficiency).toFixed(1)} %: busy seconds over workers × seconds`,
    `counted   ${rates.counted.toPrecision(3)} TeraEdges/s, ${edges.counted} edges`,
    `executed  ${rates.executed.toPrecision(3)} TeraEdges/s, ${edges.executed} edges`,
    `${survivors} survivors`,
    check === undefined
      ? "not checked"
      : `${check.passed ? "right" : "WRONG"}: ${checkText(check)}`,
    ...run.faults.map(faultText),
    ...files.map((file) => `written: ${file}`),
  ].join("\n");
}

function workersTable({ workers, faults }: RunReport): string {
  const headings = ["worker", "device", "host", "chunks", "inputs", "busy s", "idle s", "load s"];
  return renderTable({
    title: "Workers",
    columns: [...headings, "faults"].map((heading) => ({ heading })),
    rows: workers.map((worker) => [
      worker.worker,
      worker.lost ? `${worker.device} (lost)` : worker.device,
      worker.host,
      worker.chunks,
      worker.inputs,
      plain(worker.busySeconds),
      plain(worker.idleSeconds),
      plain(worker.loadSeconds),
      faults.filter((fault) => fault.worker === worker.worker).length,
    ]),
  });
}

function timeTable({ run: { seconds }, totalSeconds }: EngineReport): string {
  return renderTable({
    title: "Where the time went",
    columns: [{ heading: "part" }, { heading: "seconds" }],
    rows: [
      ["share the network among workers", plain(seconds.share)],
      ["start workers, weights resident", plain(seconds.start)],
      ["run, from the first range to the last answer", plain(seconds.run)],
      ["all of it", plain(totalSeconds)],
    ],
  });
}

function faultText({ worker, kind, message, atSeconds, range }: FaultReport): string {
  const what = range === undefined ? "" : `; others took inputs ${range.first} to ${range.end - 1}`;
  return `fault: worker ${worker} ${kind} after ${atSeconds.toFixed(1)} s: ${message}${what}`;
}

/** Seconds to the millisecond. */
function plain(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3;
}
