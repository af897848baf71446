import {
  challengeNetwork,
  dataRoot,
  findData,
  loadGraphChallenge,
  loadMnist,
  loadTrained,
  mnistFeatures,
} from "@spmm/datasets";
import { sliceRows, transposeCsr } from "@spmm/formats";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { COMBINATIONS } from "./gpu_test_networks.ts";
import { planGpuNetwork } from "./plan_gpu_network.ts";

const root = dataRoot();

if (root === undefined) skip("the official survivors");
else {
  gpuTest("the 19 official survivors after 120 layers, of 1200 inputs", async (gpu) => {
    const challenge = await loadGraphChallenge(root);
    const network = challengeNetwork({ layers: challenge.layers.map(transposeCsr) });
    await using plan = await planGpuNetwork(network, gpu);
    const { survivors, alive, edges } = await plan.infer(challenge.inputs);
    assert.deepEqual(survivors, challenge.survivors);
    assert.deepEqual(alive.at(-1), { layers: 120, inputs: 19 });
    assert.equal(edges.counted, 1200 * 120 * 32768);
    assert.ok(edges.executed < edges.counted / 10);
  });

  gpuTest("the official survivors among the last 150, with every strategy", async (gpu) => {
    // The inputs that survive 30 layers survive all 120.
    const challenge = await loadGraphChallenge(root, { layers: 30 });
    const network = challengeNetwork({ layers: challenge.layers.map(transposeCsr) });
    const inputs = sliceRows(challenge.inputs, 1050, 1200);
    const expected = challenge.survivors.filter((i) => i >= 1050).map((i) => i - 1050);
    assert.ok(expected.length > 3);
    for (const strategies of COMBINATIONS) {
      await using plan = await planGpuNetwork(network, gpu, { strategies });
      const { survivors, edges } = await plan.infer(inputs);
      assert.deepEqual(survivors, expected, JSON.stringify(strategies));
      assert.equal(edges.executed < edges.counted, strategies.pruning);
    }
  });

  gpuTest("what exploits redundancy leaves the official inputs as they are", async (gpu) => {
    const challenge = await loadGraphChallenge(root, { layers: 30 });
    const network = challengeNetwork({ layers: challenge.layers.map(transposeCsr) });
    const inputs = sliceRows(challenge.inputs, 1050, 1200);
    for (const fusion of [false, true]) {
      await using plain = await planGpuNetwork(network, gpu, { strategies: { fusion } });
      const wanted = await plain.infer(inputs, { outputs: true });
      for (const strategy of ["codebook", "deduplication", "fixedPoints"] as const) {
        const strategies = { fusion, [strategy]: true };
        await using plan = await planGpuNetwork(network, gpu, { strategies });
        const found = await plan.infer(inputs, { outputs: true });
        assert.deepEqual(found.survivors, wanted.survivors, strategy);
        assert.deepEqual(found.outputs, wanted.outputs, strategy);
        // Stages of other lengths look at other layers.
        const alive = new Map(wanted.alive.map(({ layers, inputs }) => [layers, inputs]));
        for (const { layers, inputs } of found.alive) {
          assert.equal(inputs, alive.get(layers) ?? inputs, `${strategy} after ${layers} layers`);
        }
        const fewer = found.edges.executed < wanted.edges.executed;
        assert.equal(fewer, strategy !== "codebook", strategy);
        assert.equal(found.edges.counted, wanted.edges.counted);
      }
    }
  });
}

const trained = findData("trained/mnist-n128-l18");

if (trained === undefined) skip("the trained network's digits");
else {
  gpuTest("the trained network reads 9494 of 10 000 digits", async (gpu) => {
    const network = await loadTrained(`${trained}/trained/mnist-n128-l18`);
    const mnist = await loadMnist("test");
    await using plan = await planGpuNetwork(network, gpu, { chunk: 4096 });
    const { survivors, outputs } = await plan.infer(mnistFeatures(mnist), { outputs: true });
    assert.ok(outputs !== undefined);
    assert.equal(survivors.length, mnist.count);
    const right = [...mnist.labels].filter((label, image) => {
      const digits = Array.from({ length: 10 }, (_, d) => outputs.data[d * mnist.count + image]);
      return digits.indexOf(Math.max(...digits)) === label;
    });
    assert.equal(right.length, 9494);
    assert.ok(!plan.labels.includes("pruning"));
    assert.match(plan.describe(), /pruning does not apply/);
  });
}

function skip(what: string): void {
  Deno.test({ name: `${what} (skipped: the data is missing)`, ignore: true, fn: () => {} });
}
