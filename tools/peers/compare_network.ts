/**
 * Times the CPU engine of `@spmm/network` and SciPy on the same network and inputs, one after the
 * other in every round, and checks that both find the same survivors.
 *
 *     deno run -A tools/peers/compare_network.ts [--rounds 7] [--inputs 60000] [--threads 2]
 *
 * @module
 */
import { challengeNetwork, dataRoot, loadGraphChallenge, rebuiltInputs } from "@spmm/datasets";
import { type Csr, type SparseMatrix, transposeCsr, writeNpz } from "@spmm/formats";
import { type NetworkPlan, planCpuNetwork } from "@spmm/network";
import { openCpu } from "@spmm/wasm";
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { startPeer } from "./peer_process.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    inputs: { type: "string", default: "60000" },
    threads: { type: "string" },
  },
});

const challenge = await loadGraphChallenge(dataRoot() ?? "");
const network = challengeNetwork({ layers: challenge.layers.map(transposeCsr) });
const inputs = await allInputs(Number(values.inputs));
const folder = await Deno.makeTempDir();
try {
  await compare(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function compare(folder: string): Promise<void> {
  await writePeerFolder(folder);
  await using cpu = await openCpu(values.threads ? { threads: Number(values.threads) } : {});
  await using plan = await planCpuNetwork(network, cpu);
  const script = new URL("./scipy_network.py", import.meta.url).pathname;
  const peer = startPeer("python3", [script, folder]);
  console.log(`ours: ${plan.device}\npeer: ${await peer.readLine()}`);
  await plan.infer(inputs);
  const ratios: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const ours = await timed(plan);
    const theirs = parsePeerRun(await peer.ask("run"));
    assert.deepEqual(ours.survivors, theirs.survivors);
    ratios.push(theirs.seconds / ours.seconds);
    console.log(
      `round ${round}: ours ${ours.seconds.toFixed(3)} s, SciPy ${theirs.seconds.toFixed(3)} s, ` +
        `${(theirs.seconds / ours.seconds).toFixed(2)} times; ${ours.survivors.length} survivors`,
    );
  }
  const sorted = ratios.toSorted((a, b) => a - b);
  console.log(
    `median of ${ratios.length} rounds: ${sorted[ratios.length >> 1].toFixed(2)} times as fast ` +
      `(${sorted[0].toFixed(2)} to ${sorted[ratios.length - 1].toFixed(2)}), same survivors`,
  );
  await peer.end();
}

/** Everything from inputs on the host to survivors on the host. */
async function timed(plan: NetworkPlan) {
  const start = performance.now();
  const { survivors } = await plan.infer(inputs);
  return { seconds: (performance.now() - start) / 1000, survivors: [...survivors] };
}

async function allInputs(count: number): Promise<Csr> {
  const chunk = await Array.fromAsync(rebuiltInputs({ neurons: 1024, count, chunk: count }));
  return chunk[0].inputs;
}

async function writePeerFolder(folder: string): Promise<void> {
  const { bias, ceiling } = challenge;
  const facts = { layers: network.layers.length, bias, ceiling };
  await Deno.writeTextFile(`${folder}/network.json`, JSON.stringify(facts));
  const write = (name: string, matrix: SparseMatrix): Promise<void> =>
    Deno.writeFile(`${folder}/${name}.npz`, writeNpz(matrix));
  await write("inputs", inputs);
  for (const [l, { weights }] of network.layers.entries()) await write(`layer${l}`, weights);
}

function parsePeerRun(line: string): { readonly seconds: number; readonly survivors: number[] } {
  const run: unknown = JSON.parse(line);
  assert.ok(typeof run === "object" && run !== null && "seconds" in run && "survivors" in run);
  const { seconds, survivors } = run;
  assert.ok(typeof seconds === "number" && Array.isArray(survivors));
  return { seconds, survivors: survivors.map(Number) };
}
