import type { NamedMatrix } from "@spmm/datasets";
import {
  type Axis,
  choiceAxis,
  countAxis,
  type Experiment,
  experiment,
  type PlanContext,
  type Point,
  type RowOutcome,
  skippedPoint,
} from "@spmm/runner";
import { GpuDevice } from "@spmm/webgpu";
import { loadFigures } from "./figures.ts";
import { loadFindings } from "./findings.ts";
import { skewedMatrix, structuredMatrix, STRUCTURES } from "./generated.ts";
import type { LoadValues } from "./kept_values.ts";
import { measureLoad, type Subject } from "./measure_load.ts";
import { realMatrices } from "./real.ts";
import { loadTables } from "./tables.ts";

const EXPONENTS: Axis<number> = {
  help: "exponents of the row lengths of generated matrices: 0 is even, 1 a steep power law",
  takes: "a number from 0 to 2",
  values: { quick: [0, 0.5, 1], full: [0, 0.25, 0.5, 0.75, 1] },
  parse: (text) => /^[01](\.\d+)?$|^2$/.test(text) ? Number(text) : undefined,
};

const AXES = {
  skew: EXPONENTS,
  structures: choiceAxis("other generated matrices with as many entries", STRUCTURES, {
    quick: STRUCTURES,
    full: STRUCTURES,
  }),
  scale: countAxis("log2 of the rows and columns of generated matrices", {
    quick: [10],
    full: [13],
  }),
  mean: countAxis("entries of a generated row in the mean", { quick: [32], full: [64, 256] }),
  real: countAxis("how many real matrices of each collection, the most uneven first", {
    quick: [1],
    full: [6],
  }),
  n: countAxis("columns of B", { quick: [64], full: [64, 256] }),
};

type Context = PlanContext<typeof AXES>;

/** A matrix that is made or loaded when its turn comes. */
interface Chosen extends Pick<Subject, "structure" | "exponent"> {
  readonly name: string;
  /** Loads or makes it, under this name. */
  load(name: string): NamedMatrix | Promise<NamedMatrix>;
}

/** Sets every way of balancing beside none, from even rows to rows of a power law. */
export const loadBalancing: Experiment = experiment({
  name: "load-balancing",
  question: "What do uneven rows cost each family, and does CSB need its load balanced?",
  axes: AXES,
  async points(context): Promise<Point<LoadValues>[]> {
    const gpus = context.devices.filter((device) => device instanceof GpuDevice);
    if (gpus.length === 0) return [skippedPoint({ matrix: "any" }, "no GPU is open")];
    const matrices = [...generated(context), ...await real(context)];
    // Points of a matrix follow each other, and making one may take longer than measuring it.
    let latest: NamedMatrix | undefined;
    return matrices.flatMap((chosen) =>
      context.axes.n.map((n): Point<LoadValues> => ({
        parameters: { matrix: chosen.name, n },
        async measure({ sampling }) {
          if (latest?.name !== chosen.name) latest = await chosen.load(chosen.name);
          const named = latest;
          const rows: RowOutcome<LoadValues>[] = [];
          for (const device of gpus) {
            rows.push(...await measureLoad({ ...chosen, named, n, device, sampling }));
          }
          return rows;
        },
      }))
    );
  },
  tables: loadTables,
  figures: loadFigures,
  findings: loadFindings,
});

function generated({ axes }: Context): Chosen[] {
  const sizes = axes.scale.flatMap((scale) => axes.mean.map((mean) => ({ scale, mean })));
  return sizes.flatMap((size) => {
    const shape = `${2 ** size.scale}², ${size.mean} a row`;
    return [
      ...axes.skew.map((exponent): Chosen => ({
        name: `power law ${exponent}, ${shape}`,
        structure: "power law",
        exponent,
        load: (name) => ({ name, origin: "generated", matrix: skewedMatrix(size, exponent) }),
      })),
      ...axes.structures.map((structure): Chosen => ({
        name: `${structure}, ${shape}`,
        structure,
        load: (name) => ({ name, origin: "generated", matrix: structuredMatrix(size, structure) }),
      })),
    ];
  });
}

async function real({ axes }: Context): Promise<Chosen[]> {
  return axes.real.length === 0 ? [] : await realMatrices(Math.max(...axes.real));
}
