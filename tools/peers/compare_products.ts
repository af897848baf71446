/**
 * Times the CPU kernels, SciPy and Eigen on the same products, one after the other in every round,
 * and checks every result against the reference.
 *
 *     deno run -A tools/peers/compare_products.ts [--rounds 9] [--n 32,128,256,1024]
 *         [--non-zeros 30000 | --all] [--only PART-OF-A-NAME] [--out FOLDER]
 *
 * @module
 */
import { csbCpu, rowSplitCpu } from "@spmm/cpu";
import { chooseDlmc, type ChosenMatrix } from "@spmm/datasets";
import { dense, randomDense } from "@spmm/formats";
import { csvOf, median } from "@spmm/runner";
import { checkResult, type Expected, reference, type SpmmKernel } from "@spmm/spmm";
import { type CpuDevice, CpuMatrix, openCpu } from "@spmm/wasm";
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import {
  type Direction,
  type ProductCase,
  type ProductPeer,
  startEigen,
  startScipy,
  writeCase,
} from "./product_peers.ts";
import {
  type CaseTimes,
  type Contender,
  outcomeOf,
  productTable,
  rateOf,
  targetLines,
  TARGETS,
} from "./product_ratios.ts";

/** A contender's turn lasts about so many seconds: short, so that a busy moment hits all alike. */
const TURN_SECONDS = 0.004;
const MOST_REPEATS = 1000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    n: { type: "string", default: "32,128,256,1024" },
    "non-zeros": { type: "string", default: "30000" },
    all: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    out: { type: "string" },
  },
});

/** One who takes turns. */
interface Entrant {
  readonly name: Contender;
  readonly direction: Direction;
  /** Seconds of each of some products. */
  seconds(repeats: number): Promise<number[]>;
  /** Its product, to be checked. */
  product(): Promise<Float32Array>;
}

/** One turn: the median seconds of its products but the first. */
interface Turn {
  readonly contender: Contender;
  readonly round: number;
  readonly seconds: number;
}

type Peers = { readonly name: "SciPy" | "Eigen"; readonly peer: ProductPeer }[];

const folder = await Deno.makeTempDir();
try {
  await compareAll(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function compareAll(folder: string): Promise<void> {
  const peers = await startPeers(folder);
  await using one = await openCpu({ threads: 1 });
  await using two = await openCpu({ threads: 2 });
  console.log(`${one.name}; ${peers.map(({ peer }) => peer.name).join(", ")}`);
  console.log(await scalingLine(one, two));
  console.log(`load average ${Deno.loadavg().map((load) => load.toFixed(1)).join(" ")}`);
  const cases: CaseTimes[] = [];
  const samples: Record<string, string | number>[] = [];
  for (const matrix of await chosenMatrices()) {
    const { matrix: a } = await matrix.load();
    if (a.values.length === 0) continue;
    for (const n of options.n.split(",").map(Number)) {
      const product = {
        a,
        n,
        forward: randomDense(a.cols, n, 1),
        transposed: randomDense(a.rows, n, 2),
      };
      const turns = await compareOne(folder, product, peers, [one, two]);
      const facts = { matrix: matrix.name, n, sparsity: sparsityOf(matrix.name) };
      const times = { ...facts, flops: 2 * a.values.length * n, seconds: secondsOf(turns) };
      cases.push(times);
      for (const turn of turns) samples.push({ ...facts, nonZeros: a.values.length, ...turn });
      console.log(caseLine(times));
    }
  }
  for (const { peer } of peers) await peer.end();
  for (const statistic of ["median", "least"] as const) {
    console.log(`\nGFLOP/s and ratios, ${statistic} over ${options.rounds} rounds\n`);
    console.log(productTable(cases, statistic).join("\n"));
    console.log(`\n${targetLines(cases, statistic).join("\n")}`);
  }
  if (options.out !== undefined) await writeAll(options.out, cases, samples);
}

/**
 * What two threads can gain at most: where both cores are one to the machine, as two hardware
 * threads are, nothing that keeps one busy gets faster by the other.
 */
async function scalingLine(one: CpuDevice, two: CpuDevice): Promise<string> {
  const [{ flopsPerSecond: single }, { flopsPerSecond: both }] = [
    await one.peaks(),
    await two.peaks(),
  ];
  return `multiply-adds without memory: one thread ${(single / 1e9).toFixed(0)} GFLOP/s, ` +
    `two ${(both / single).toFixed(2)} times that`;
}

async function startPeers(folder: string): Promise<Peers> {
  const started = { SciPy: await startScipy(folder), Eigen: await startEigen(folder) };
  const peers: Peers = [];
  for (const name of ["SciPy", "Eigen"] as const) {
    const peer = started[name];
    if (typeof peer === "string") console.log(peer);
    else peers.push({ name, peer });
  }
  return peers;
}

/** For each network and sparsity a layer of about so many non-zeros; or all there are. */
async function chosenMatrices(): Promise<ChosenMatrix[]> {
  const sample = {
    nonZeros: Number(options["non-zeros"]),
    per: ({ model, sparsity }: { readonly model: string; readonly sparsity: number }) =>
      `${model} ${sparsity}`,
  };
  const chosen = await chooseDlmc(options.all ? "all" : sample);
  return chosen.filter(({ name }) => name.includes(options.only));
}

/** The sparsity that a layer was pruned to; of generated ones their name's number. */
function sparsityOf(name: string): number {
  return Number(/0\.\d+/.exec(name)?.[0] ?? 0);
}

async function compareOne(
  folder: string,
  product: ProductCase,
  peers: Peers,
  devices: readonly [CpuDevice, CpuDevice],
): Promise<Turn[]> {
  await writeCase(folder, product);
  for (const { peer } of peers) await peer.load(folder, product);
  await using own = new AsyncDisposableStack();
  const all = [
    ...await ownEntrants(product, devices, own),
    ...peers.flatMap(({ name, peer }) => peerEntrants(name, peer)),
  ];
  // Who is compared takes turns one right after the other.
  const entrants = all.toSorted((a, b) =>
    a.direction < b.direction ? -1 : +(a.direction > b.direction)
  );
  await checkAll(product, entrants);
  return await takeTurns(entrants);
}

async function ownEntrants(
  product: ProductCase,
  [one, two]: readonly [CpuDevice, CpuDevice],
  own: AsyncDisposableStack,
): Promise<Entrant[]> {
  const entrant = (
    name: Contender,
    kernel: SpmmKernel,
    device: CpuDevice,
    direction: Direction,
  ) => ownEntrant(name, kernel, device, direction, product, own);
  return [
    await entrant("csb", csbCpu, one, "forward"),
    await copyingEntrant(product, one, own),
    await entrant("row-split, 2 threads", rowSplitCpu, two, "forward"),
    await entrant("row-split", rowSplitCpu, one, "forward"),
    await entrant("csb transposed", csbCpu, one, "transposed"),
    await entrant("kept transpose", rowSplitCpu, one, "transposed"),
  ];
}

/** A kernel with B and C in the device's memory, as between the layers of a network. */
async function ownEntrant(
  name: Contender,
  kernel: SpmmKernel,
  device: CpuDevice,
  direction: Direction,
  product: ProductCase,
  own: AsyncDisposableStack,
): Promise<Entrant> {
  const { a, n } = product;
  const transpose = direction === "transposed";
  const plan = own.use(await kernel.plan({ a, n, transpose }, device));
  const b = own.use(device.upload(product[direction]));
  const c = own.use(device.matrix(transpose ? a.cols : a.rows, n));
  return {
    name,
    direction,
    seconds: (repeats) => timed(repeats, () => plan.multiply(b, c)),
    product: async () => {
      await plan.multiply(b, c);
      assert.ok(c instanceof CpuMatrix);
      return new Float32Array(c.read().data);
    },
  };
}

/** The same with B copied from the host and C copied back. */
async function copyingEntrant(
  product: ProductCase,
  device: CpuDevice,
  own: AsyncDisposableStack,
): Promise<Entrant> {
  const { a, n, forward } = product;
  const plan = own.use(await rowSplitCpu.plan({ a, n }, device));
  const c = dense(a.rows, n);
  return {
    name: "row-split with copies",
    direction: "forward",
    seconds: (repeats) => timed(repeats, () => plan.multiply(forward, c)),
    product: async () => {
      await plan.multiply(forward, c);
      return new Float32Array(c.data);
    },
  };
}

function peerEntrants(name: "SciPy" | "Eigen", peer: ProductPeer): Entrant[] {
  const entrant = (contender: Contender, direction: Direction): Entrant => ({
    name: contender,
    direction,
    seconds: (repeats) => peer.seconds(direction, repeats),
    product: () => peer.product(direction),
  });
  return [entrant(name, "forward"), entrant(`${name} transposed`, "transposed")];
}

async function timed(repeats: number, multiply: () => Promise<unknown>): Promise<number[]> {
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await multiply();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

async function checkAll(product: ProductCase, entrants: readonly Entrant[]): Promise<void> {
  const { a, n } = product;
  const expected: Record<Direction, Expected> = {
    forward: reference({ a, n }, product.forward),
    transposed: reference({ a, n, transpose: true }, product.transposed),
  };
  for (const { direction, product } of entrants) {
    const wanted = expected[direction];
    checkResult(dense(wanted.rows, n, await product()), wanted);
  }
}

/**
 * A first round, not counted, says how many products fill a turn. Nor does the first product of a turn
 * count, which finds caches full of others' data and threads asleep.
 */
async function takeTurns(entrants: readonly Entrant[]): Promise<Turn[]> {
  const repeats = new Map<Entrant, number>();
  for (const entrant of entrants) {
    const [, second] = await entrant.seconds(2);
    repeats.set(entrant, Math.min(MOST_REPEATS, Math.max(1, Math.round(TURN_SECONDS / second))));
  }
  const turns: Turn[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const entrant of entrants) {
      const [, ...seconds] = await entrant.seconds(1 + (repeats.get(entrant) ?? 1));
      turns.push({ contender: entrant.name, round, seconds: median(seconds) });
    }
  }
  return turns;
}

function secondsOf(turns: readonly Turn[]): CaseTimes["seconds"] {
  return new Map(
    [...Map.groupBy(turns, ({ contender }) => contender)].map(
      ([name, own]) => [name, own.map(({ seconds }) => seconds)] as const,
    ),
  );
}

function caseLine(times: CaseTimes): string {
  const rates = [...times.seconds.keys()].map(
    (name) => `${name} ${rateOf(times, name, "median")?.toFixed(1)}`,
  );
  return `${times.matrix}, N = ${times.n}: ${rates.join(", ")} GFLOP/s`;
}

async function writeAll(
  out: string,
  cases: readonly CaseTimes[],
  samples: readonly Record<string, string | number>[],
): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  await Deno.writeTextFile(`${out}/samples.csv`, csvOf(samples));
  const outcomes = (["median", "least"] as const).flatMap((statistic) =>
    TARGETS.map((target) => ({ statistic, ...target, ...outcomeOf(target, cases, statistic) }))
  );
  await Deno.writeTextFile(`${out}/outcomes.json`, JSON.stringify(outcomes, undefined, 2));
}
