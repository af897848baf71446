import { dataRoot, DatasetError } from "@spmm/datasets";
import assert from "node:assert/strict";
import { chooseMatrices } from "./matrices.ts";

const missing = dataRoot() === undefined;

Deno.test("the sample is the same every time, small, and of both networks where there is data", async () => {
  const load = async () => {
    const chosen = await chooseMatrices("sample");
    const matrices = await Promise.all(chosen.map((matrix) => matrix.load()));
    assert.deepEqual(matrices.map(({ name }) => name), chosen.map(({ name }) => name));
    return matrices;
  };
  const [matrices, again] = [await load(), await load()];
  assert.deepEqual(matrices, again);
  assert.ok(matrices.length >= 6);
  assert.ok(matrices.every(({ origin }) => origin === (missing ? "generated" : "file")));
  if (missing) return;
  const networks = new Set(matrices.map(({ name }) => name.split("/")[0]));
  assert.deepEqual([...networks].sort(), ["rn50", "transformer"]);
  assert.ok(matrices.every(({ matrix }) => matrix.values.length < 60_000));
});

Deno.test("peers' matrices that are not at hand get stand-ins that say so", {
  ignore: missing,
}, async () => {
  const name = "transformer/magnitude_pruning/0.98/body_decoder_layer_3_ffn_conv1_fully_connected";
  const peers = { gpu: "a GPU", matrices: [{ name, times: new Map() }] };
  const [chosen] = await chooseMatrices("peers", peers);
  const { name: found, origin, matrix } = await chosen.load();
  assert.equal(chosen.name, found);
  assert.deepEqual([found, origin], [`stand-in for ${name}`, "stand-in"]);
  assert.deepEqual([matrix.rows, matrix.cols, matrix.values.length], [2048, 512, 20_971]);
});

Deno.test("peers' matrices without their times are refused", async () => {
  await assert.rejects(chooseMatrices("peers"), DatasetError);
});
