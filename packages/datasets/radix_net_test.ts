import { checkCsr, type Csr, rowLengths, transposeCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { findData } from "./find_data.ts";
import { openChallenge } from "./open_challenge.ts";
import { radixNet } from "./radix_net.ts";

const root = findData("graph-challenge/neuron1024") ?? "";
const ignore = root === "";
const missing = ignore ? " (skipped: the data is missing)" : "";

Deno.test("layers of a RadiX-Net have 32 connections on both sides, permuted or not", () => {
  for (const layer of radixNet({ neurons: 256, layers: 10, seed: 3 }).layers()) {
    checkCsr(layer);
    assert.ok(rowLengths(layer).every((length) => length === 32));
    assert.ok(rowLengths(transposeCsr(layer)).every((length) => length === 32));
  }
});

Deno.test("a layer does not depend on which were asked for before, only on the seed", () => {
  const options = { neurons: 128, layers: 9, seed: 1 };
  const inTurn = [...radixNet(options).layers()];
  const network = radixNet(options);
  for (const index of [8, 0, 4, 8, 3]) assert.deepEqual(network.layer(index), inTurn[index]);
  assert.notDeepEqual(radixNet({ ...options, seed: 2 }).layer(8), inTurn[8]);
});

Deno.test("the sizes of the challenge are made, the largest too", () => {
  for (const neurons of [4096, 16384, 65536]) {
    const layer = radixNet({ neurons, layers: 120, seed: 1 }).layer(60);
    checkCsr(layer);
    assert.deepEqual([layer.rows, layer.cols, layer.values.length], [
      neurons,
      neurons,
      neurons * 32,
    ]);
  }
});

Deno.test("a RadiX-Net that cannot be is refused", () => {
  for (const [neurons, layers] of [[100, 1], [16, 1], [1024, -1], [1024, 0.5], [NaN, 1]]) {
    assert.throws(() => radixNet({ neurons, layers, seed: 1 }), /Cannot make a RadiX-Net/);
  }
  const network = radixNet({ neurons: 1024, layers: 3, seed: 1 });
  for (const index of [3, -1, 0.5]) {
    assert.throws(() => network.layer(index), /a whole number below 3/);
  }
});

Deno.test({
  name: `the first period is the official one${missing}`,
  ignore,
  fn: async () => {
    const official = await openChallenge(`${root}/graph-challenge`, 1024);
    for (
      const [index, layer] of [...radixNet({ neurons: 1024, layers: 6, seed: 1 }).layers()]
        .entries()
    ) {
      assert.deepEqual(layer, await official.layer(index));
    }
  },
});

Deno.test({
  name: `later layers are the official ones but for the order of the inputs${missing}`,
  ignore,
  fn: async () => {
    const official = await openChallenge(`${root}/graph-challenge`, 1024);
    const generated = radixNet({ neurons: 1024, layers: 120, seed: 1 });
    for (const index of [6, 7, 8, 11, 12, 17, 64, 119]) {
      const [made, published] = [generated.layer(index), await official.layer(index)];
      assert.deepEqual(listeners(made).toSorted(), listeners(published).toSorted(), `${index}`);
      assert.notDeepEqual(made.colIndices, published.colIndices);
    }
  },
});

Deno.test({
  name:
    `in an official layer, outputs listen to two classes of inputs at the stride of the layer${missing}`,
  ignore,
  fn: async () => {
    const official = await openChallenge(`${root}/graph-challenge`, 1024);
    const groups = 64;
    for (const index of [1, 6, 9, 35, 118]) {
      const layer = await official.layer(index);
      const stride = 2 ** (index % 6);
      const supports = Array.from({ length: 1024 }, (_, j) => supportOf(layer, j));
      for (let j = 0; j < 1024; j++) {
        assert.deepEqual(supports[j], supports[j % groups], "outputs of a group share a support");
        const next = new Set(supports[(j + stride) % groups]);
        const shared = supports[j].filter((input) => next.has(input)).length;
        assert.equal(shared, 2 * stride === groups ? 32 : 16);
      }
    }
  },
});

Deno.test({
  name: `an official period permutes the inputs of its layers in the same way${missing}`,
  ignore,
  fn: async () => {
    const official = await openChallenge(`${root}/graph-challenge`, 1024);
    const classes = async (index: number) =>
      Map.groupBy(listeners(await official.layer(index)).entries(), ([, outputs]) => outputs)
        .values().map((members) => members.map(([input]) => input).join(" ")).toArray().toSorted();
    assert.deepEqual(await classes(6), await classes(7));
    assert.notDeepEqual(await classes(6), await classes(12));
  },
});

/** For each input, the outputs that listen to it. */
function listeners(layer: Csr): string[] {
  const byInput = transposeCsr(layer);
  return Array.from({ length: byInput.rows }, (_, input) => supportOf(byInput, input).join(" "));
}

function supportOf({ rowOffsets, colIndices }: Csr, row: number): number[] {
  return [...colIndices.subarray(rowOffsets[row], rowOffsets[row + 1])];
}
