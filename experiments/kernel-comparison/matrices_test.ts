import { dataRoot, DatasetError } from "@spmm/datasets";
import assert from "node:assert/strict";
import { chooseMatrices } from "./matrices.ts";

const missing = dataRoot() === undefined;

Deno.test("the sample is the same every time, small, and of both networks where there is data", async () => {
  const load = async () => {
    const { count, load, note } = await chooseMatrices("sample");
    const matrices = await Array.fromAsync(load());
    assert.equal(matrices.length, count);
    return { matrices, note };
  };
  const [{ matrices, note }, again] = [await load(), await load()];
  assert.deepEqual(matrices, again.matrices);
  assert.ok(matrices.length >= 6);
  assert.equal(/generated/.test(note), missing);
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
  const { load, note } = await chooseMatrices("peers", peers);
  const [{ name: found, origin, matrix }] = await Array.fromAsync(load());
  assert.deepEqual([found, origin], [`stand-in for ${name}`, "stand-in"]);
  assert.deepEqual([matrix.rows, matrix.cols, matrix.values.length], [2048, 512, 20_971]);
  assert.match(note, /1 of them are stand-ins/);
});

Deno.test("peers' matrices without their times are refused", async () => {
  await assert.rejects(chooseMatrices("peers"), DatasetError);
});
