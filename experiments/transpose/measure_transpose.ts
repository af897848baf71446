import { type Csr, randomDense } from "@spmm/formats";
import {
  CheckedResult,
  type Contender,
  contenderOf,
  type Expectation,
  expectation,
  fetchMatrix,
  place,
  placeUnwritten,
  processorOf,
  type RowOutcome,
  type Sampled,
  sampleInTurn,
  type SamplingOptions,
  summarize,
} from "@spmm/runner";
import type { DenseMatrix, Device, SpmmPlan, SpmmProblem } from "@spmm/spmm";
import type { TransposeValues, Way } from "./transpose_values.ts";
import type { BothPlans, BothWaysKernel, Preparation } from "./ways.ts";

/** Draw B of A·B and B of Aᵀ·B. */
const SEEDS = { forward: 1, backward: 2 };

/** A matrix to be multiplied both ways. */
export interface TransposeCase {
  readonly matrix: string;
  readonly source: string;
  readonly a: Csr;
  readonly n: number;
}

/** A problem with the right answers, for all devices. */
interface Task {
  readonly problem: SpmmProblem;
  readonly forward: Expectation;
  readonly backward: Expectation;
}

type Row = RowOutcome<TransposeValues>;
type Facts = Pick<
  TransposeValues,
  "matrix" | "source" | "rows" | "cols" | "nonZeros" | "sparsity" | "n"
>;

/** A kernel that is planned and has multiplied both ways without complaint. */
interface Entrant {
  readonly entry: BothWaysKernel;
  readonly plans: BothPlans;
  readonly c: { readonly forward: DenseMatrix; readonly backward: DenseMatrix };
  readonly contenders: readonly [Contender, Contender];
}

/** Measures both directions of a case on every device, in turn, and checks what was timed. */
export async function transposeRows(
  one: TransposeCase,
  entries: readonly { readonly device: Device; readonly kernels: readonly BothWaysKernel[] }[],
  sampling: SamplingOptions,
): Promise<Row[]> {
  const { a, n } = one;
  if (a.values.length === 0) {
    const why = { outcome: "skipped", reason: "it lost all its weights" } as const;
    return entries.flatMap(({ device, kernels }) =>
      kernels.flatMap((kernel) => unmeasured(kernel, device, factsOf(one), why))
    );
  }
  const problem: SpmmProblem = { a, n };
  const task: Task = {
    problem,
    forward: expectation(problem, operandOf(problem)),
    backward: expectation(transposed(problem), operandOf(transposed(problem))),
  };
  const rows: Row[] = [];
  for (const { device, kernels } of entries) {
    rows.push(...await rowsOn(device, kernels, task, factsOf(one), sampling));
    rows.push(...skippedScatter(device, factsOf(one)));
  }
  return rows;
}

async function rowsOn(
  device: Device,
  kernels: readonly BothWaysKernel[],
  task: Task,
  facts: Facts,
  sampling: SamplingOptions,
): Promise<Row[]> {
  await using ready = new AsyncDisposableStack();
  const forwardB = ready.use(await place(device, operandOf(task.problem), "f32"));
  const backwardB = ready.use(await place(device, operandOf(transposed(task.problem)), "f32"));
  const entrants: Entrant[] = [];
  const rows: Row[] = [];
  for (const entry of kernels) {
    const entered = await enter(entry, task.problem, device, ready, {
      forward: forwardB.matrix,
      backward: backwardB.matrix,
    });
    if ("plans" in entered) entrants.push(entered);
    else rows.push(...unmeasured(entry, device, facts, entered));
  }
  const contenders = entrants.flatMap(({ contenders }) => contenders);
  const times = await sampleInTurn(device, contenders, sampling);
  for (const [i, entrant] of entrants.entries()) {
    const [forward, backward] = [times[2 * i], times[2 * i + 1]];
    rows.push(...await rowsOf(entrant, device, task, facts, { forward, backward }));
  }
  return rows;
}

interface Unmeasured {
  readonly outcome: "skipped" | "failed";
  readonly reason: string;
}

async function enter(
  entry: BothWaysKernel,
  problem: SpmmProblem,
  device: Device,
  ready: AsyncDisposableStack,
  b: { readonly forward: DenseMatrix; readonly backward: DenseMatrix },
): Promise<Entrant | Unmeasured> {
  const support = entry.supports(problem, device);
  if (!support.ok) return { outcome: "skipped", reason: support.reason };
  try {
    const { a, n } = problem;
    const plans = await entry.plan(problem, device, ready);
    const c = {
      forward: ready.use(await placeUnwritten(device, a.rows, n, "f32")).matrix,
      backward: ready.use(await placeUnwritten(device, a.cols, n, "f32")).matrix,
    };
    return {
      ...{ entry, plans, c },
      contenders: [
        await tried(plans.forward, b.forward, c.forward),
        await tried(plans.backward, b.backward, c.backward),
      ],
    };
  } catch (error) {
    return { outcome: "failed", reason: String(error) };
  }
}

async function tried(plan: SpmmPlan, b: DenseMatrix, c: DenseMatrix): Promise<Contender> {
  await plan.multiply(b, c);
  return contenderOf(plan, b, c);
}

interface Times {
  readonly forward: Sampled;
  readonly backward: Sampled;
}

async function rowsOf(
  { entry, plans, c }: Entrant,
  device: Device,
  task: Task,
  facts: Facts,
  times: Times,
): Promise<Row[]> {
  try {
    const forward = CheckedResult.of((await fetchMatrix(c.forward)).host, task.forward);
    const backward = CheckedResult.of((await fetchMatrix(c.backward)).host, task.backward);
    const preparation = await entry.prepare(plans);
    return entry.ways.map((way): Row => ({
      ...{ contender: contenderName(entry.kernel.name, way), device: device.name },
      outcome: "measured",
      values: {
        ...{ ...facts, processor: processorOf(device), way, kernel: entry.kernel.name },
        ...{ published: false, clock: times.forward.clock },
        ...timeValues(times),
        ...costValues(way, plans, preparation, facts.nonZeros),
      },
      samples: { forward: times.forward.seconds, backward: times.backward.seconds },
      check: {
        comparedRows: forward.comparedRows + backward.comparedRows,
        worstError: Math.max(forward.worst, backward.worst),
      },
    }));
  } catch (error) {
    return unmeasured(entry, device, facts, { outcome: "failed", reason: String(error) });
  }
}

function timeValues({ forward, backward }: Times): Pick<
  TransposeValues,
  "forwardUs" | "forwardSpreadUs" | "backwardUs" | "backwardSpreadUs" | "backwardOverForward"
> {
  const [there, back] = [summarize(forward.seconds), summarize(backward.seconds)];
  return {
    forwardUs: there.median * 1e6,
    ...(there.spread !== undefined && { forwardSpreadUs: there.spread * 1e6 }),
    backwardUs: back.median * 1e6,
    ...(back.spread !== undefined && { backwardSpreadUs: back.spread * 1e6 }),
    backwardOverForward: back.median / there.median,
  };
}

/** What a way keeps and prepares: a copy that is made each time is neither kept nor prepared. */
function costValues(
  way: Way,
  { forwardBytes, bytes, workspaceBytes }: BothPlans,
  { forward, backward }: Preparation,
  nonZeros: number,
): Pick<
  TransposeValues,
  "prepareMs" | "convertMs" | "keptBytes" | "peakBytes" | "bytesPerNonZero" | "workspaceBytes"
> {
  const converted = way === "converted";
  const keptBytes = converted ? forwardBytes : bytes;
  return {
    prepareMs: 1000 * (converted ? forward : forward + backward),
    ...(converted && { convertMs: 1000 * backward }),
    ...{ keptBytes, peakBytes: bytes, bytesPerNonZero: keptBytes / nonZeros, workspaceBytes },
  };
}

function unmeasured(
  { kernel, ways }: BothWaysKernel,
  device: Device,
  facts: Facts,
  why: Unmeasured,
): Row[] {
  return ways.map((way) => ({
    ...{ contender: contenderName(kernel.name, way), device: device.name, ...why },
    values: { ...facts, processor: processorOf(device), way, kernel: kernel.name },
  }));
}

/** Scatter adds what it finds in a row of A to rows of C all over: it is not measured, and why. */
function skippedScatter(device: Device, facts: Facts): Row[] {
  const reason = device.kind === "webgpu"
    ? "WebGPU has no atomic addition of floats, and an emulated one would not give the same bits twice"
    : "threads that add to the same rows of C need atomics or a C each: no kernel here does";
  return [{
    ...{ contender: "scatter", device: device.name, outcome: "skipped", reason },
    values: { ...facts, processor: processorOf(device), way: "scatter" },
  }];
}

function contenderName(kernel: string, way: Way): string {
  return `${kernel}, ${way}`;
}

function transposed(problem: SpmmProblem): SpmmProblem {
  return { ...problem, transpose: true };
}

function operandOf({ a, n, transpose = false }: SpmmProblem): ReturnType<typeof randomDense> {
  return transpose ? randomDense(a.rows, n, SEEDS.backward) : randomDense(a.cols, n, SEEDS.forward);
}

function factsOf({ matrix, source, a, n }: TransposeCase): Facts {
  const nonZeros = a.values.length;
  const sparsity = 1 - nonZeros / (a.rows * a.cols);
  return { matrix, source, rows: a.rows, cols: a.cols, nonZeros, sparsity, n };
}
