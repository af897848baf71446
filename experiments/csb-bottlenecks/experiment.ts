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
import { chooseMatrices, type MatrixSet } from "./matrices.ts";
import { bottleneckTables } from "./tables.ts";

const AXES = {
  matrices: choiceAxis<MatrixSet>("matrices of DLMC: a few small ones, or all at hand", [
    "sample",
    "all",
  ], { quick: ["sample"], full: ["all"] }),
  n: countAxis("columns of B", { quick: [64], full: [256] }),
};

/** Takes the time of CSB apart by doing its parts twice, and sets it beside what bounds it. */
export const csbBottlenecks: Experiment = experiment({
  name: "csb-bottlenecks",
  question: "Where does the time of a product by compressed sparse blocks go on pruned weights?",
  axes: AXES,
  async points({ axes, devices }): Promise<Point<BottleneckValues>[]> {
    const gpus = devices.filter((device) => device instanceof GpuDevice);
    if (gpus.length === 0) return [skippedPoint({ matrix: "any" }, "no GPU is open")];
    const points: Point<BottleneckValues>[] = [];
    for (const set of axes.matrices) {
      for (const matrix of await chooseMatrices(set)) {
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
