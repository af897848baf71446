import { openChallenge } from "@spmm/datasets";
import type { Csr } from "@spmm/formats";
import {
  checkInference,
  connections,
  type Inference,
  type Network,
  type NetworkPlan,
  type ReferenceInference,
  referenceInference,
} from "@spmm/network";
import { MismatchError } from "@spmm/spmm";
import type { Loaded, Subject } from "./loaded.ts";
import type { Rung } from "./rungs.ts";
import { survivorFault } from "./survivors.ts";

/** Multiply-adds in f64 for the check of a network; and the fewest and most inputs for them. */
const REFERENCE_EDGES = { quick: 6e7, full: 5e8 } as const;
const FEWEST_INPUTS = 8;
const MOST_INPUTS = 256;
/** Of the survivors among all rebuilt inputs of 1024 neurons and 120 layers. */
const OFFICIAL_AMONG_REBUILT = 1802;

/** What survivors must be. */
export interface Truth {
  /** Exactly these: the official ones, or those of the first rung, which the reference vouched for. */
  readonly survivors: Uint32Array;
  /** In words. */
  readonly said: string;
  /** Survivors of rebuilt inputs that are official ones too; absent where that is not known. */
  readonly officialAmong: number | undefined;
  /** Some inputs, survivors and others, and what the reference makes of them. */
  readonly sample: Csr;
  readonly reference: ReferenceInference;
}

/** That a rung passed. */
export interface Passed {
  readonly comparedRows: number;
  readonly worstError: number;
}

/**
 * Finds the truth of a subject: the official survivors where there are any for its weights and
 * inputs; else those of a first inference, if they are as many as published.
 *
 * @throws {MismatchError} If the first inference is wrong.
 */
export async function findTruth(
  subject: Subject,
  { network, open, first }: Loaded,
  parts: readonly Csr[],
  inference: Inference,
  scale: keyof typeof REFERENCE_EDGES,
): Promise<Truth> {
  const sample = sampleOf(parts, inference, sampleSize(network, scale));
  const own = {
    ...{ survivors: inference.survivors, officialAmong: undefined },
    ...{ sample, reference: referenceInference(network, sample) },
  };
  const published = subject.weights === "equal" ? open.truth : undefined;
  const said = `${sample.rows} inputs in f64`;
  if (published?.kind === "survivors") {
    const survivors = published.survivors.filter((input) => input >= first)
      .map((input) => input - first);
    return { ...own, survivors, said: `${survivors.length} official survivors, ${said}` };
  }
  if (published?.kind !== "survivor-count") return { ...own, said };
  const officialAmong = await countOfficial(subject, inference.survivors);
  checkCount("survivors", inference.survivors.length, published.survivors);
  checkCount("official survivors", officialAmong, OFFICIAL_AMONG_REBUILT);
  const counts = `${published.survivors} survivors, ${officialAmong} of them official`;
  return { ...own, officialAmong, said: `${counts}, ${said}` };
}

/**
 * Holds an inference against the truth.
 *
 * @throws {MismatchError} If it found others, or its plan makes something else of the sample.
 */
export async function checkAgainst(
  truth: Truth,
  plan: NetworkPlan,
  { survivors }: Inference,
  { strategies: { fixedPoints } }: Rung,
): Promise<Passed> {
  const fault = survivorFault(survivors, truth.survivors);
  if (fault !== undefined) throw new MismatchError(`Cannot accept the inference: ${fault}`);
  const again = await plan.infer(truth.sample, { outputs: true });
  // Inputs at a fixed point stop: they live, though no later layer counts them.
  const alive = fixedPoints ? again.alive.slice(-1) : again.alive;
  const { worst } = checkInference({ ...again, alive }, truth.reference);
  return { comparedRows: truth.sample.rows, worstError: worst };
}

function sampleSize(network: Network, scale: keyof typeof REFERENCE_EDGES): number {
  const wanted = Math.round(REFERENCE_EDGES[scale] / connections(network));
  return Math.min(MOST_INPUTS, Math.max(FEWEST_INPUTS, wanted));
}

/** As many survivors as others, where there are so many, from the first input to the last. */
function sampleOf(parts: readonly Csr[], { inputs, survivors }: Inference, size: number): Csr {
  const alive = new Set(survivors);
  const dead = Array.from({ length: inputs }, (_, input) => input)
    .filter((input) => !alive.has(input));
  const living = Math.max(Math.ceil(size / 2), size - dead.length);
  const taken = spaced([...survivors], living);
  const chosen = [...taken, ...spaced(dead, size - taken.length)].sort((a, b) => a - b);
  return picked(parts, chosen);
}

function spaced(from: readonly number[], count: number): number[] {
  if (from.length <= count) return [...from];
  return Array.from({ length: count }, (_, i) => from[Math.floor(i * from.length / count)]);
}

/** Some rows of matrices that stand one below the other. */
function picked(parts: readonly Csr[], rows: readonly number[]): Csr {
  const found = rows.map((row) => {
    let [part, inside] = [0, row];
    while (inside >= parts[part].rows) inside -= parts[part++].rows;
    const { rowOffsets, colIndices, values } = parts[part];
    const [begin, end] = [rowOffsets[inside], rowOffsets[inside + 1]];
    return { columns: colIndices.subarray(begin, end), values: values.subarray(begin, end) };
  });
  const rowOffsets = new Uint32Array(rows.length + 1);
  found.forEach(({ columns }, i) => rowOffsets[i + 1] = rowOffsets[i] + columns.length);
  const colIndices = new Uint32Array(rowOffsets[rows.length]);
  const values = new Float32Array(colIndices.length);
  found.forEach((row, i) => {
    colIndices.set(row.columns, rowOffsets[i]);
    values.set(row.values, rowOffsets[i]);
  });
  return { format: "csr", rows: rows.length, cols: parts[0].cols, rowOffsets, colIndices, values };
}

async function countOfficial({ found: { source } }: Subject, survivors: Uint32Array) {
  if (source.kind !== "official") return undefined;
  const challenge = await openChallenge(source.folder, source.neurons);
  const official = new Set(await challenge.survivors(source.layers));
  return survivors.reduce((count, input) => count + (official.has(input) ? 1 : 0), 0);
}

function checkCount(what: string, found: number | undefined, wanted: number): void {
  if (found === undefined || found === wanted) return;
  throw new MismatchError(
    `Cannot accept the inference: there must be ${wanted} ${what}: received ${found}`,
  );
}
