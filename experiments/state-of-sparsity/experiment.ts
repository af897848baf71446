import {
  dataRoot,
  dlmcStatistics,
  generateDlmcLike,
  listDlmc,
  loadDlmc,
  type NamedMatrix,
} from "@spmm/datasets";
import {
  choiceAxis,
  type Experiment,
  experiment,
  type Point,
  type RowOutcome,
  skippedPoint,
} from "@spmm/runner";
import { sparsityFigures } from "./figures.ts";
import { sparsityFindings } from "./findings.ts";
import { type MatrixFacts, matrixFacts } from "./matrix_facts.ts";
import { type GroupFacts, publishedGroups } from "./published_groups.ts";
import { sparsityTables } from "./tables.ts";

const AXES = {
  statistics: choiceAxis(
    "statistics: those that are published, those of matrices at hand, of generated ones",
    ["published", "computed", "generated"],
    { quick: ["published", "computed"], full: ["published", "computed"] },
  ),
};

type Values = MatrixFacts | GroupFacts;

/** Values of matrices whose files have none, and everything generated. */
const SEED = 1;

/** How uneven, how clustered and how compressible pruning leaves weights. */
export const stateOfSparsity: Experiment = experiment({
  name: "state-of-sparsity",
  question:
    "What does pruning leave: how uneven are rows, do entries stand in blocks, what do formats take?",
  axes: AXES,
  async points({ axes }): Promise<Point<Values>[]> {
    const root = dataRoot();
    const points: Point<Values>[] = [];
    for (const statistics of axes.statistics) {
      if (statistics === "published") points.push(publishedPoint(root));
      else if (statistics === "generated" || root === undefined) points.push(...generatedPoints());
      else points.push(...await computedPoints(root));
    }
    return points;
  },
  tables: sparsityTables,
  figures: sparsityFigures,
  findings: sparsityFindings,
});

function publishedPoint(root: string | undefined): Point<Values> {
  const parameters = { statistics: "published", matrix: "all" };
  if (root === undefined) return skippedPoint(parameters, "DLMC's statistics are not at hand");
  return {
    parameters,
    measure: async () => publishedGroups(await dlmcStatistics(root)).map(rowOf),
  };
}

async function computedPoints(root: string): Promise<Point<Values>[]> {
  return (await listDlmc(root)).map((entry) =>
    pointOf("computed", entry.name, () => loadDlmc(entry, { seed: SEED }))
  );
}

function generatedPoints(): Point<Values>[] {
  return generateDlmcLike(SEED).map((matrix) =>
    pointOf("generated", matrix.name, () => Promise.resolve(matrix))
  );
}

function pointOf(
  statistics: string,
  matrix: string,
  load: () => Promise<NamedMatrix>,
): Point<Values> {
  return {
    parameters: { statistics, matrix },
    measure: async () => [rowOf(matrixFacts(await load()))],
  };
}

function rowOf(values: Values): RowOutcome<Values> {
  return { contender: values.method, device: "host", outcome: "measured", values };
}
