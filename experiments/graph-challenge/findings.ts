import { type KeptRow, measuredRows } from "@spmm/runner";
import type { NetworkValues } from "./network_tables.ts";

const COUNTED =
  "TeraEdges/s are edges counted as the challenge counts them, inputs × connections / time: every " +
  "input through every layer. None is skipped: no dead input is dropped, no equal weight made use of.";

/** Who found exactly the official survivors, who not, and who was fastest, device by device. */
export function networkFindings(rows: readonly KeptRow<NetworkValues>[]): string[] {
  return [...answers(rows), COUNTED];
}

function answers(rows: readonly KeptRow<NetworkValues>[]): string[] {
  return Array.from(Map.groupBy(rows, ({ device }) => device), ([device, all]) => {
    const right = measuredRows(all);
    const asked = all.filter(({ outcome }) => outcome !== "skipped").length;
    const wrong = all.filter(({ outcome }) => outcome === "failed");
    const not = wrong.length === 0 ? "" : `; not: ${contendersOf(wrong)}`;
    const first = right.toSorted((a, b) => a.values.medianMs - b.values.medianMs).at(0);
    const fastest = first === undefined
      ? ""
      : `; the fastest is ${first.contender}, in ${first.values.medianMs.toPrecision(3)} ms, ` +
        `${first.values.teraEdgesPerSecond.toPrecision(3)} TeraEdges/s`;
    return `${right.length} of ${asked} kernels on ${device} find exactly the official ` +
      `survivors${not}${fastest}.`;
  });
}

function contendersOf(rows: readonly KeptRow<NetworkValues>[]): string {
  return rows.map(({ contender }) => contender).join(", ");
}
