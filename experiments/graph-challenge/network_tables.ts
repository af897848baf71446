import type { Cell, KeptRow, Processor, Table } from "@spmm/runner";

/** What a row records of a kernel on the network. */
export interface NetworkValues {
  /** What computes. */
  readonly processor: Processor;
  /** Inputs taken. */
  readonly inputs: number;
  /** Layers run. */
  readonly layers: number;
  /** Inputs that are not all zero after the last layer. */
  readonly survivors: number;
  /** The kernels that ran, with how many layers each had. */
  readonly ran: string;
  /** Which clock took the times. */
  readonly clock: string;
  /** Median of the samples, all layers, ms. */
  readonly medianMs: number;
  /** Median absolute deviation of the samples, ms. */
  readonly spreadMs: number | undefined;
  /** Until the host knew that all layers were done, ms. */
  readonly hostMs: number;
  /** Inputs × connections over the median, in 10¹² a second. */
  readonly teraEdgesPerSecond: number;
  /** Inspection of all layers, ms. */
  readonly inspectMs: number;
  /** Bytes of all encodings. */
  readonly encodingBytes: number;
}

/** A table for each device and size of network. */
export function networkTables(rows: readonly KeptRow<NetworkValues>[]): Table[] {
  const name = ({ device, values: { processor, inputs, layers } }: KeptRow<NetworkValues>) =>
    `${inputs} inputs, 1024 neurons, ${layers} layers on ${device} (${processor})`;
  return Array.from(Map.groupBy(rows, name), ([title, group]) => ({
    title,
    columns: HEADINGS.map((heading) => ({ heading })),
    rows: group.map(({ contender, outcome, values }): Cell[] => [
      contender,
      values.survivors === undefined ? outcome : `${values.survivors} ${SAID[outcome]}`,
      values.medianMs,
      values.teraEdgesPerSecond,
      values.inspectMs,
      values.encodingBytes === undefined ? undefined : values.encodingBytes / 2 ** 20,
      values.ran === contender ? "" : values.ran,
    ]),
  }));
}

const HEADINGS = [
  "kernel",
  "survivors",
  "time, ms",
  "TeraEdges/s counted",
  "inspect, ms",
  "encodings, MiB",
  "ran",
];
const SAID = { measured: "as official", failed: "WRONG", skipped: "" };
