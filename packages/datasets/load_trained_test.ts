import { checkCsr, type Csr } from "@spmm/formats";
import assert from "node:assert/strict";
import { DatasetError } from "./errors.ts";
import { findData } from "./find_data.ts";
import { loadTrained, mnistFeatures } from "./load_trained.ts";
import { loadMnist } from "./mnist.ts";
import type { SparseNetwork } from "./sparse_network.ts";

const PLACE = "trained/mnist-n128-l18";
const root = findData(PLACE) ?? "";
const ignore = root === "";
const missing = ignore ? " (skipped: the data is missing)" : "";

Deno.test({
  name: `the trained network has twenty layers that follow one another${missing}`,
  ignore,
  fn: async () => {
    const { layers } = await loadTrained(`${root}/${PLACE}`);
    const shapes = layers.map(({ weights }) => [weights.cols, weights.rows]);
    assert.deepEqual(shapes, [[784, 128], ...Array(18).fill([128, 128]), [128, 10]]);
    layers.forEach(({ weights, bias, activation }, layer) => {
      checkCsr(weights);
      assert.equal(bias.length, weights.rows);
      const last = layer === layers.length - 1;
      assert.deepEqual(activation, last ? undefined : { kind: "clipped-relu", ceiling: 1 });
    });
    assert.ok(layers.slice(1, -1).every(({ weights }) => weights.values.length < 128 * 128 * 0.61));
  },
});

Deno.test({
  name: `the trained network reads 9494 of the 10 000 test digits${missing}`,
  ignore,
  fn: async () => {
    const network = await loadTrained(`${root}/${PLACE}`);
    const mnist = await loadMnist("test");
    const features = mnistFeatures(mnist);
    let right = 0;
    for (let image = 0; image < mnist.count; image++) {
      const outputs = evaluate(network, features, image);
      if (outputs.indexOf(Math.max(...outputs)) === mnist.labels[image]) right++;
    }
    assert.equal(right, 9494);
  },
});

function evaluate({ layers }: SparseNetwork, features: Csr, image: number): Float64Array {
  let y = new Float64Array(features.cols);
  for (let i = features.rowOffsets[image]; i < features.rowOffsets[image + 1]; i++) {
    y[features.colIndices[i]] = features.values[i];
  }
  for (const { weights, bias, activation } of layers) {
    const next = new Float64Array(weights.rows);
    for (let row = 0; row < weights.rows; row++) {
      let sum = bias[row];
      for (let i = weights.rowOffsets[row]; i < weights.rowOffsets[row + 1]; i++) {
        sum += weights.values[i] * y[weights.colIndices[i]];
      }
      next[row] = activation === undefined ? sum : Math.min(activation.ceiling, Math.max(0, sum));
    }
    y = next;
  }
  return y;
}

Deno.test("images that are not there are refused", async () => {
  const mnist = await loadMnist("test");
  for (const [first, count] of [[9999, 2], [-1, 1], [0, 0.5], [10_001, 0]]) {
    assert.throws(() => mnistFeatures(mnist, first, count), /Cannot take images/);
  }
  assert.equal(mnistFeatures(mnist, 10_000, 0).rows, 0);
});

Deno.test("a trained network that is incomplete or of another size is refused", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(
    loadTrained(folder),
    (error) => error instanceof DatasetError && /must exist.*l1-dense\.tsv/.test(error.message),
  );
  await Deno.mkdir(`${folder}/weights`);
  await Deno.writeTextFile(`${folder}/weights/l1-dense.tsv`, "0.5\n-0.25\n");
  await assert.rejects(loadTrained(folder), /there must be 100352 numbers: received 2/);
  await Deno.remove(folder, { recursive: true });
});
