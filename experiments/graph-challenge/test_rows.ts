import type { LadderRow, LadderValues } from "./ladder_values.ts";
import { LADDER, type Rung } from "./rungs.ts";

/** What a made-up network has. */
export interface MadeUp {
  readonly network?: string;
  readonly weights?: LadderValues["weights"];
  /** Times in ms by the place of the rung. */
  readonly times: Readonly<Record<number, number>>;
  readonly paperMs?: number;
}

/** Rows of a network as if they had been measured on a GPU. */
export function madeUpRows(
  { network = "1024x120", weights = "equal", times, paperMs }: MadeUp,
): LadderRow[] {
  return LADDER.flatMap((rung, place) => {
    const medianMs: number | undefined = times[place];
    return medianMs === undefined ? [] : [rowOf(rung, place, medianMs)];
  });

  function rowOf({ name, exploits = "" }: Rung, rung: number, medianMs: number): LadderRow {
    const values: LadderValues = {
      ...{ processor: "gpu", network, neurons: 1024, layers: 120, connections: 3_932_160, weights },
      ...{ networkOrigin: "official", inputs: 60_000, inputOrigin: "rebuilt", rung, exploits },
      ...{ labels: "pruning", stages: 9, survivors: 1832, officialSurvivors: 1802 },
      ...{ truth: "8 inputs in f64", clock: "gpu", medianMs, leastMs: medianMs },
      alive: rung === 0 ? "0:60000 120:1832" : "0:60000 1:50000 8:2000 120:1832",
      spreadMs: medianMs / 20,
      countedTeraEdges: 235.9 / medianMs,
      executedTeraEdges: 10 / medianMs,
      ...{ inspectMs: 400, uploadMs: 10, inputUploadMs: 50, readbackMs: 1 },
      ...{ weightBytes: 2 ** 24, featureBytes: 2 ** 29, chunk: 60_000 },
      ...paperMs !== undefined && { peersGpu: "a GPU", paperMs, paperKernelsMs: paperMs / 2 },
    };
    return {
      parameters: { network, weights },
      ...{ contender: name, device: "a GPU", outcome: "measured", values },
      check: { comparedRows: 8, worstError: 0.5 },
    };
  }
}
