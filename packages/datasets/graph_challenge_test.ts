import assert from "node:assert/strict";
import { type Csr, sliceRows } from "@spmm/formats";
import { dataRoot } from "./data_root.ts";
import { DatasetError } from "./errors.ts";
import { denseFeatures, type GraphChallenge, loadGraphChallenge } from "./graph_challenge.ts";

const root = dataRoot() ?? "";
const ignore = root === "";
const missing = ignore ? " (skipped: the data is missing)" : "";

Deno.test("a missing file is named", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(
    loadGraphChallenge(folder),
    (error) => error instanceof DatasetError && error.message.endsWith("n1024-l1.tsv"),
  );
  await assert.rejects(loadGraphChallenge(folder, { layers: 121 }), /1 to 120: received 121/);
  await Deno.remove(folder);
});

Deno.test("a layer that is not of the challenge is refused", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/graph-challenge/neuron1024`, { recursive: true });
  const path = `${folder}/graph-challenge/neuron1024/n1024-l1.tsv.gz`;
  await Deno.writeTextFile(path, "1\t1\t0.0625\n");
  await assert.rejects(loadGraphChallenge(folder), /must have 32768 weights: received 1/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: `thirty layers leave exactly the official survivors among inputs 280 to 399${missing}`,
  ignore,
  fn: async () => {
    const challenge = await loadGraphChallenge(root, { layers: 30 });
    assert.equal(challenge.survivors.length, 19);
    const [first, end] = [280, 400];
    const inputs = sliceRows(challenge.inputs, first, end);
    const wanted = [...challenge.survivors].filter((input) => input >= first && input < end);
    assert.ok(wanted.length >= 2);
    assert.deepEqual(survivorsOf(inputs, challenge).map((input) => input + first), wanted);
  },
});

function survivorsOf(inputs: Csr, { layers, bias, ceiling, neurons }: GraphChallenge): number[] {
  const features = denseFeatures(inputs);
  return [...Array(inputs.rows).keys()].filter((input) => {
    let y = Float32Array.from(
      { length: neurons },
      (_, i) => features.data[i * inputs.rows + input],
    );
    for (const w of layers) {
      const next = new Float32Array(neurons);
      for (let row = 0; row < neurons; row++) {
        for (let e = w.rowOffsets[row]; e < w.rowOffsets[row + 1]; e++) {
          next[w.colIndices[e]] += y[row] * w.values[e];
        }
      }
      y = next.map((x) => Math.min(ceiling, Math.max(0, x + bias)));
    }
    return y.some((x) => x > 0);
  });
}
