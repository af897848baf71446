/**
 * Plain TypeScript, row-split and CSB side by side on a layer of a pruned Transformer.
 *
 * `deno bench` times each by itself; run as a program it interleaves them, so that whatever else
 * the machine does hits all alike, and prints rates and their ratios to the first: at the median,
 * and at the best, which other work on the machine spoils least.
 *
 * @module
 */
import { type Csr, type Dense, dense, randomDense } from "@spmm/formats";
import { dataRoot, generateDlmcLike, listDlmc, loadDlmc, type NamedMatrix } from "@spmm/datasets";
import type { SpmmKernel } from "@spmm/spmm";
import { type CpuDevice, openCpu } from "@spmm/wasm";
import { csbCpu } from "./csb_cpu.ts";
import { rowSplitCpu } from "./row_split_cpu.ts";

const COLUMNS = 128;
const ROUNDS = 101;
const LAYER = "transformer/magnitude_pruning/0.9/body_decoder_layer_4_ffn_conv1_fully_connected";

interface Contender {
  readonly name: string;
  run(): unknown;
}

async function pickMatrix(): Promise<NamedMatrix> {
  const root = dataRoot();
  const entries = root === undefined ? [] : await listDlmc(root);
  const entry = entries.find(({ name }) => name === LAYER);
  return entry === undefined ? generateDlmcLike(1)[0] : await loadDlmc(entry, { seed: 1 });
}

function multiplyPlainly(a: Csr, b: Dense, c: Dense): void {
  const n = b.cols;
  c.data.fill(0);
  for (let row = 0; row < a.rows; row += 1) {
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry += 1) {
      const value = a.values[entry];
      const from = a.colIndices[entry] * n;
      for (let col = 0; col < n; col += 1) c.data[row * n + col] += value * b.data[from + col];
    }
  }
}

async function contenders(a: Csr, devices: readonly CpuDevice[]): Promise<Contender[]> {
  const b = randomDense(a.cols, COLUMNS, 2);
  const c = dense(a.rows, COLUMNS);
  const all: Contender[] = [
    { name: "plain TypeScript", run: () => multiplyPlainly(a, b, c) },
  ];
  for (const device of devices) {
    for (const kernel of [rowSplitCpu, csbCpu]) {
      for (const transpose of [false, true]) {
        all.push(await contender(kernel, a, device, transpose));
      }
    }
  }
  return all;
}

async function contender(
  kernel: SpmmKernel,
  a: Csr,
  device: CpuDevice,
  transpose: boolean,
): Promise<Contender> {
  const plan = await kernel.plan({ a, n: COLUMNS, transpose }, device);
  const b = randomDense(transpose ? a.rows : a.cols, COLUMNS, 2);
  const c = dense(transpose ? a.cols : a.rows, COLUMNS);
  const direction = transpose ? " transposed" : "";
  return {
    name: `${kernel.name}${direction}, threads: ${device.threads}`,
    run: () => plan.multiply(b, c),
  };
}

/** Milliseconds of each contender, ascending. */
async function interleaved(all: readonly Contender[]): Promise<number[][]> {
  const times = all.map(() => new Array<number>());
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, { run }] of all.entries()) {
      const start = performance.now();
      await run();
      times[i].push(performance.now() - start);
    }
  }
  return times.map((samples) => samples.toSorted((x, y) => x - y));
}

function rate(flops: number, milliseconds: number, first: number): string {
  const gflops = (flops / milliseconds / 1e6).toFixed(1);
  return `${gflops.padStart(8)} ${(first / milliseconds).toFixed(1).padStart(7)} x`;
}

const { name, matrix } = await pickMatrix();
const devices = [await openCpu({ threads: 1 }), await openCpu({ threads: 2 })];
const all = await contenders(matrix, devices);

for (const [i, { name, run }] of all.entries()) {
  Deno.bench({
    name,
    group: "pruned Transformer layer",
    baseline: i === 0,
    fn: async () => {
      await run();
    },
  });
}

if (import.meta.main) {
  const times = await interleaved(all);
  const flops = 2 * matrix.values.length * COLUMNS;
  const middle = ROUNDS >> 1;
  console.log(`${name}, ${matrix.values.length} non-zeros, n = ${COLUMNS}`);
  console.log(`${"GFLOP/s and ratio to the first".padEnd(40)}            median              best`);
  for (const [i, contender] of all.entries()) {
    const median = rate(flops, times[i][middle], times[0][middle]);
    const best = rate(flops, times[i][0], times[0][0]);
    console.log(contender.name.padEnd(40) + median + best);
  }
  for (const device of devices) await device[Symbol.asyncDispose]();
}
