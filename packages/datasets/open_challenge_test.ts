import { transposeCsr, writeMatrixFile } from "@spmm/formats";
import assert from "node:assert/strict";
import { DatasetError } from "./errors.ts";
import { findData } from "./find_data.ts";
import { loadGraphChallenge } from "./graph_challenge.ts";
import { type ChallengeNeurons, openChallenge } from "./open_challenge.ts";
import { radixNet } from "./radix_net.ts";
import { rebuiltInputs } from "./rebuilt_inputs.ts";

const root = findData("graph-challenge/neuron1024") ?? "";
const ignore = root === "";
const missing = ignore ? " (skipped: the data is missing)" : "";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a folder of another size is read as the site unpacks it, plain or gzip", async () => {
  await inFolder(async (folder) => {
    const layers = [...radixNet({ neurons: 4096, layers: 3, seed: 5 }).layers()];
    await Deno.mkdir(`${folder}/neuron4096`);
    for (const [layer, name] of [[0, "l1.tsv"], [1, "l2.tsv.gz"], [2, "l4.tsv"]] as const) {
      await writeMatrixFile(`${folder}/neuron4096/n4096-${name}`, transposeCsr(layers[layer]));
    }
    const { value } = await rebuiltInputs({ neurons: 4096, count: 3 }).next();
    assert.ok(value);
    await writeMatrixFile(`${folder}/sparse-images-4096.tsv.gz`, value.inputs);
    await Deno.writeTextFile(`${folder}/neuron4096-l480-categories.tsv`, "1\n3\n59999\n");

    const network = await openChallenge(folder, 4096);
    assert.deepEqual([network.depth, network.judged, network.bias], [2, [480], -0.35]);
    assert.deepEqual(await network.layer(0), layers[0]);
    assert.deepEqual(await network.layer(1), layers[1]);
    const inputs = await network.inputs();
    assert.equal(inputs.rows, 60_000, "the file does not say how many there are");
    assert.deepEqual(inputs.colIndices, value.inputs.colIndices);
    assert.deepEqual([...await network.survivors(480)], [0, 2, 59_998]);
    assert.deepEqual([...await network.survivors(480, 2)], [0]);
    await assert.rejects(network.layer(2), /must exist.*n4096-l3\.tsv/);
    await assert.rejects(network.survivors(120), /must exist.*neuron4096-l120-categories\.tsv/);
  });
});

Deno.test("what is not there is said only when it is asked for", async () => {
  await inFolder(async (folder) => {
    const network = await openChallenge(folder, 65536);
    assert.deepEqual([network.depth, network.judged, network.inputFile], [0, [], undefined]);
    await assert.rejects(network.inputs(), /must have sparse-images-65536\.tsv/);
    await assert.rejects(network.layer(0), DatasetError);
    await assert.rejects(network.layer(1920), /from 0 to 1919: received 1920/);
    await assert.rejects(openChallenge(`${folder}/none`, 1024), /the folder must exist/);
    await assert.rejects(openChallenge(folder, 2048 as ChallengeNeurons), /neurons must be 1024/);
  });
});

Deno.test("inputs of another network are refused", async () => {
  await inFolder(async (folder) => {
    const { value } = await rebuiltInputs({ neurons: 1024, count: 1 }).next();
    assert.ok(value);
    await writeMatrixFile(`${folder}/sparse-images-4096.mtx`, value.inputs);
    const network = await openChallenge(folder, 4096);
    await assert.rejects(network.inputs(), /must have 4096 columns: received 1024/);
  });
});

Deno.test({
  name: `the official network is the transpose of what its files have${missing}`,
  ignore,
  fn: async () => {
    const network = await openChallenge(`${root}/graph-challenge`, 1024);
    assert.ok(network.depth >= 120);
    assert.ok(network.judged.includes(120));
    const { layers, survivors } = await loadGraphChallenge(root, { layers: 7 });
    assert.deepEqual(await network.layer(6), transposeCsr(layers[6]));
    assert.deepEqual(await network.survivors(120, 1200), survivors);
    assert.equal((await network.survivors(120)).length, 1812);
  },
});
