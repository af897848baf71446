/**
 * Plain TypeScript, row-split and CSB side by side on a layer of a pruned Transformer.
 *
 * `deno bench` times each by itself; run as a program it interleaves them, so that whatever else
 * the machine does hits all alike, and prints the medians and the ratios to the first.
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
const ROUNDS = 31;
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

async function interleaved(all: readonly Contender[]): Promise<Map<string, number>> {
  const times = new Map(all.map(({ name }) => [name, new Array<number>()]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, run } of all) {
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return new Map([...times].map(([name, samples]) => [name, median(samples)]));
}

function median(samples: readonly number[]): number {
  return samples.toSorted((x, y) => x - y)[samples.length >> 1];
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
  const medians = await interleaved(all);
  const first = medians.get(all[0].name) ?? NaN;
  console.log(`${name}, ${matrix.values.length} non-zeros, n = ${COLUMNS}`);
  for (const [contender, milliseconds] of medians) {
    const gflops = 2 * matrix.values.length * COLUMNS / milliseconds / 1e6;
    const ratio = `${(first / milliseconds).toFixed(1)} x`;
    console.log(
      `${contender.padEnd(40)}${gflops.toFixed(1).padStart(8)} GFLOP/s${ratio.padStart(10)}`,
    );
  }
  for (const device of devices) await device[Symbol.asyncDispose]();
}
