import { chooseDlmc, type ChosenMatrix } from "@spmm/datasets";
import {
  choiceAxis,
  countAxis,
  type Experiment,
  experiment,
  type Point,
  type RowOutcome,
  skippedPoint,
} from "@spmm/runner";
import { GpuDevice } from "@spmm/webgpu";
import { dissect } from "./dissect.ts";
import { bottleneckFigures } from "./figures.ts";
import { bottleneckFindings } from "./findings.ts";
import type { BottleneckValues } from "./kept_values.ts";
import { bottleneckTables } from "./tables.ts";

/** Which matrices: a few that are small, or all that are at hand. */
type MatrixSet = "sample" | "all";

/** One matrix of the sample for each: dense, usual, sparse, and nearly nothing left. */
const SAMPLE_SPARSITIES = [0.7, 0.8, 0.95, 0.98];
/** Non-zeros aimed at by the sample: enough to time, few enough for an adapter in software. */
const SAMPLE_NON_ZEROS = 30_000;

const AXES = {
  matrices: choiceAxis<MatrixSet>("matrices of DLMC: a few small ones, or all at hand", [
    "sample",
    "all",
  ], { quick: ["sample"], full: ["all"] }),
  n: countAxis("columns of B", { quick: [64], full: [256] }),
};

/** Takes both kernels over blocks apart by doing parts twice, beside bounds and a kernel over rows. */
export const csbBottlenecks: Experiment = experiment({
  name: "csb-bottlenecks",
  question: "Where does the time of a product by compressed sparse blocks go on pruned weights?",
  axes: AXES,
  async points({ axes, devices }): Promise<Point<BottleneckValues>[]> {
    const gpus = devices.filter((device) => device instanceof GpuDevice);
    if (gpus.length === 0) return [skippedPoint({ matrix: "any" }, "no GPU is open")];
    const points: Point<BottleneckValues>[] = [];
    for (const set of axes.matrices) {
      for (const matrix of await chosen(set)) {
        points.push(...axes.n.map((n): Point<BottleneckValues> => ({
          parameters: { matrix: matrix.name, n },
          async measure({ sampling }) {
            const named = await matrix.load();
            const rows: RowOutcome<BottleneckValues>[] = [];
            for (const device of gpus) rows.push(...await dissect({ named, n, device, sampling }));
            return rows;
          },
        })));
      }
    }
    return points;
  },
  tables: bottleneckTables,
  figures: bottleneckFigures,
  findings: bottleneckFindings,
});

/** For each sparsity of the sample the magnitude-pruned matrix that comes nearest to the size. */
async function chosen(set: MatrixSet): Promise<ChosenMatrix[]> {
  return await chooseDlmc(
    set === "all" ? "all" : {
      nonZeros: SAMPLE_NON_ZEROS,
      per: ({ method, sparsity }) =>
        method === "magnitude_pruning" && SAMPLE_SPARSITIES.includes(sparsity)
          ? `${sparsity}`
          : undefined,
    },
  );
}
