import assert from "node:assert/strict";
import { chooseDlmc } from "./choose_dlmc.ts";
import { dataRoot } from "./data_root.ts";
import { DatasetError } from "./errors.ts";

const ignore = dataRoot() === undefined;
const missing = ignore ? " (skipped: the data is missing)" : "";

Deno.test("a sample has a matrix of every group, the same every time, none empty or too large", async () => {
  const sample = {
    nonZeros: 20_000,
    per: ({ sparsity }: { readonly sparsity: number }) => sparsity < 0.7 ? undefined : "hard",
  };
  const [chosen, again] = [await chooseDlmc(sample), await chooseDlmc(sample)];
  assert.deepEqual(chosen.map(({ name }) => name), again.map(({ name }) => name));
  if (ignore) return;
  assert.equal(chosen.length, 1);
  const { matrix, origin } = await chosen[0].load();
  assert.equal(origin, "file");
  assert.ok(matrix.values.length > 0 && matrix.values.length < 40_000);
});

Deno.test(
  { name: `names get their files, or stand-ins that say so${missing}`, ignore },
  async () => {
    const [first] = await chooseDlmc("all");
    const absent =
      "transformer/magnitude_pruning/0.98/body_decoder_layer_3_ffn_conv1_fully_connected";
    const [file, standIn] = await chooseDlmc({ names: [first.name, absent] });
    assert.equal((await file.load()).origin, "file");
    assert.equal((await standIn.load()).name, `stand-in for ${absent}`);
    await assert.rejects(chooseDlmc({ names: ["no/such/0.5/matrix"] }), DatasetError);
  },
);
