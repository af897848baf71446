import { findData } from "@spmm/datasets";
import { csrFromDense, dense, writeMatrixFile } from "@spmm/formats";
import { openCpu } from "@spmm/wasm";
import assert from "node:assert/strict";
import { planCpuNetwork } from "../cpu/plan_cpu_network.ts";
import { type InputSource, parseInputSource } from "./input_source.ts";
import { type NetworkSource, parseNetworkSource } from "./network_source.ts";
import { openInputs } from "./open_inputs.ts";
import { openNetwork } from "./open_network.ts";

const official = findData("graph-challenge/neuron1024");
const officialTest = official === undefined
  ? { ignore: true, missing: " (skipped: graph-challenge/neuron1024 is missing)" }
  : { ignore: false, missing: "" };
const trained = findData("trained/mnist-n128-l18");
const trainedTest = trained === undefined
  ? { ignore: true, missing: " (skipped: trained/mnist-n128-l18 is missing)" }
  : { ignore: false, missing: "" };

const RADIX: NetworkSource = {
  kind: "radix-net",
  neurons: 1024,
  layers: 3,
  seed: 1,
  weights: "equal",
};
const NARROW = { source: { kind: "directory", folder: "." }, inputNeurons: 3 } as const;
const WIDE = { source: RADIX, inputNeurons: 1024 };

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a network of the challenge that is not at hand is generated", async () => {
  assert.deepEqual(await parseNetworkSource("65536x1921"), {
    ...RADIX,
    neurons: 65536,
    layers: 1921,
  });
});

Deno.test({
  name: `a network of the challenge that is at hand is the official one${officialTest.missing}`,
  ignore: officialTest.ignore,
  fn: async () => {
    const source = await parseNetworkSource("1024x2");
    assert.equal(source.kind, "official");
    const network = await openNetwork(source);
    assert.equal(network.layers.length, 2);
    assert.match(network.origin, /^official/);
    const generated = await openNetwork({ ...RADIX, layers: 2 });
    assert.deepEqual(network.layers, generated.layers, "the first period is the official one");
  },
});

for (
  const [what, text] of [
    ["of another size", "1000x120"],
    ["without layers", "1024x0"],
    ["with a seed but not generated", "1024x120:3"],
    ["that is no folder", "no-such-network"],
    ["in a folder of something else", "packages"],
  ]
) {
  Deno.test(`a network ${what} is refused by name`, async () => {
    await assert.rejects(parseNetworkSource(text), (error) => {
      assert.ok(error instanceof Error && error.name === "SourceError", String(error));
      assert.match(error.message, new RegExp(`^Cannot find a network: .*: received ${text}$`));
      return true;
    });
  });
}

Deno.test("a source is the same after it was JSON", async () => {
  const source = await parseNetworkSource("random:1024x3:9");
  assert.deepEqual(JSON.parse(JSON.stringify(source)), source);
  const inputs = parseInputSource("mnist:7+5", WIDE);
  assert.deepEqual(JSON.parse(JSON.stringify(inputs)), inputs);
});

Deno.test("layers are told about as they come", async () => {
  const told: [number, number][] = [];
  await openNetwork(RADIX, (layers, of) => told.push([layers, of]));
  assert.deepEqual(told, [[1, 3], [2, 3], [3, 3]]);
});

Deno.test("random weights are all different, the same for a seed, and near 1/16", async () => {
  const one = await openNetwork({ ...RADIX, weights: "random" });
  const again = await openNetwork({ ...RADIX, weights: "random" });
  const other = await openNetwork({ ...RADIX, weights: "random", seed: 2 });
  assert.deepEqual(one.layers, again.layers);
  assert.notDeepEqual(one.layers[0].weights.values, other.layers[0].weights.values);
  assert.notDeepEqual(one.layers[0].weights.values, one.layers[1].weights.values);
  const { values } = one.layers[2].weights;
  assert.ok(new Set(values).size > values.length / 2);
  assert.ok(values.every((value) => Math.abs(16 * value - 1) <= 0.0501));
});

Deno.test("with random weights some inputs live through 120 layers and most die", async () => {
  const network = await openNetwork({ ...RADIX, layers: 120, weights: "random" });
  const inputs = await openInputs(parseInputSource("mnist:400", network), network);
  await using cpu = await openCpu({ threads: 1 });
  await using plan = await planCpuNetwork(network, cpu);
  const { survivors } = await plan.infer(inputs.chunks());
  assert.ok(survivors.length > 0 && survivors.length < 100, `${survivors.length} survivors`);
});

Deno.test("a folder with network.json holds layers of any shape", () =>
  inFolder(async (folder) => {
    const weights = [
      csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 3, 0]))),
      csrFromDense(dense(1, 2, new Float32Array([0.5, -1]))),
    ];
    await writeMatrixFile(`${folder}/first.mtx.gz`, weights[0]);
    await writeMatrixFile(`${folder}/second.tsv`, weights[1]);
    await Deno.writeTextFile(`${folder}/bias.txt`, "0.5\n-1\n");
    const layers = [
      { weights: "first.mtx.gz", bias: "bias.txt", activation: { kind: "relu" } },
      { weights: "second.tsv", shape: [1, 2], bias: 4 },
    ];
    await Deno.writeTextFile(`${folder}/network.json`, JSON.stringify({ name: "small", layers }));
    const source = await parseNetworkSource(`${folder}/`);
    assert.deepEqual(source, { kind: "directory", folder });
    const network = await openNetwork(source);
    assert.deepEqual([network.name, network.inputNeurons], ["small", 3]);
    assert.deepEqual(network.layers, [
      { weights: weights[0], bias: new Float32Array([0.5, -1]), activation: { kind: "relu" } },
      { weights: weights[1], bias: new Float32Array([4]) },
    ]);
  }));

const MALFORMED: readonly (readonly [string, string, RegExp])[] = [
  ["that is no JSON", "{", /it must be JSON: received {$/],
  ["without layers", "{}", /layers must be a list with an entry or more: received none$/],
  ["with a layer that is none", '{"layers":[7]}', /layer 0 must be an object: received 7$/],
  ["without weights", '{"layers":[{}]}', /weights of layer 0 must name a file: received none$/],
  [
    "with half a shape",
    '{"layers":[{"weights":"a.tsv","shape":[3]}]}',
    /shape of layer 0 must be two numbers, outputs and inputs: received \[3\]$/,
  ],
  [
    "with an activation that there is not",
    '{"layers":[{"weights":"a.tsv","shape":[1,1],"bias":0,"activation":{"kind":"tanh"}}]}',
    /activation of layer 0 must be a relu.*: received {"kind":"tanh"}$/,
  ],
];

for (const [what, text, message] of MALFORMED) {
  Deno.test(`a network.json ${what} is refused with its place`, () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a.tsv`, "1\t1\t1\n");
      await Deno.writeTextFile(`${folder}/network.json`, text);
      await assert.rejects(openNetwork({ kind: "directory", folder }), (error) => {
        assert.ok(error instanceof Error && error.name === "SourceError", String(error));
        assert.ok(error.message.startsWith(`Cannot read ${folder}/network.json: `));
        assert.match(error.message, message);
        return true;
      });
    }));
}

Deno.test("any part of the inputs is the same as that part of all", async () => {
  const inputs = await openInputs(parseInputSource("mnist:3+40", WIDE), WIDE);
  const [all] = await Array.fromAsync(inputs.chunks());
  const [part] = await Array.fromAsync(inputs.chunks(11, 13));
  const begin = all.rowOffsets[11];
  assert.deepEqual(part.colIndices, all.colIndices.slice(begin, all.rowOffsets[13]));
  assert.deepEqual(await Array.fromAsync(inputs.chunks(40)), []);
  for (const [first, end] of [[0, 41], [3, 2], [-1, 4], [0.5, 4]]) {
    assert.throws(() => inputs.chunks(first, end), { name: "SourceError" });
  }
});

Deno.test("inputs come from any matrix file, a row for each", () =>
  inFolder(async (folder) => {
    const matrix = csrFromDense(dense(2, 3, new Float32Array([1, 0, 1, 0, 0.5, 0])));
    for (const file of ["a.tsv", "a.tsv.gz", "a.mtx", "a.npy"]) {
      const path = `${folder}/${file}`;
      const content = file === "a.npy"
        ? dense(2, 3, new Float32Array([1, 0, 1, 0, 0.5, 0]))
        : matrix;
      await writeMatrixFile(path, content);
      const inputs = await openInputs(parseInputSource(path, NARROW), NARROW);
      assert.deepEqual([inputs.count, inputs.truth], [2, undefined], file);
      assert.deepEqual(await Array.fromAsync(inputs.chunks()), [matrix], file);
    }
  }));

Deno.test("inputs of another width are refused before anything runs", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.npy`;
    await writeMatrixFile(path, dense(1, 4, new Float32Array(4)));
    await assert.rejects(
      openInputs({ kind: "file", path }, NARROW),
      /must have 3 columns.*received 4$/,
    );
  }));

for (
  const [text, message] of [
    ["mnist", /MNIST fits networks of 784, 1024, .*: received 3$/],
    ["official", /Graph Challenge's networks: received 3$/],
    ["inputs.txt", /they must be mnist, .*: received inputs.txt$/],
  ] as const
) {
  Deno.test(`${text} is no input of a network with three`, () => {
    assert.throws(() => parseInputSource(text, NARROW), message);
  });
}

Deno.test("more images than MNIST has are refused", async () => {
  const source: InputSource = { kind: "rebuilt", neurons: 1024, first: 59_999, count: 2 };
  await assert.rejects(openInputs(source, WIDE), /there are 60000 images: received 59999 and 2/);
});

Deno.test({
  name: `official inputs come with the truth of the official network only${officialTest.missing}`,
  ignore: officialTest.ignore,
  fn: async () => {
    const source = await parseNetworkSource("1024x120");
    const network = { source, inputNeurons: 1024 };
    const { truth, count } = await openInputs(parseInputSource("official", network), network);
    assert.ok(truth?.kind === "survivors");
    if (count === 1200) assert.equal(truth.survivors.length, 19);
    const generated = await openInputs(parseInputSource("official", WIDE), WIDE);
    assert.equal(generated.truth, undefined);
  },
});

Deno.test({
  name: `the trained network takes MNIST's test images with their labels${trainedTest.missing}`,
  ignore: trainedTest.ignore,
  fn: async () => {
    const network = await openNetwork(await parseNetworkSource("trained"));
    const { truth, count } = await openInputs(parseInputSource("mnist", network), network);
    assert.ok(truth?.kind === "labels" && count === 10_000);
    assert.deepEqual([truth.labels.length, truth.leastRight], [10_000, 9489]);
  },
});
