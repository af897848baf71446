import { DatasetError } from "@spmm/datasets";
import assert from "node:assert/strict";
import { readNetworkPeers } from "./peers.ts";

async function written(text: string): Promise<string> {
  const path = await Deno.makeTempFile({ dir: ".cache", suffix: ".json" });
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("others' times go with their network and as many inputs", async () => {
  const entry = `{"network": "1024x120", "inputs": 60000, "xy2021_ms": 12.1,
    "paper_cuda_ms": {"inference": 9.5, "kernels": 6.7}}`;
  const peers = await readNetworkPeers(await written(`{"gpu": "a GPU", "spdnn": [${entry}]}`));
  const { peersGpu, paperMs, paperKernelsMs, xy2021Ms, snicitMs } = peers.valuesOf(
    "1024x120",
    60_000,
  );
  assert.deepEqual([peersGpu, paperMs, paperKernelsMs, xy2021Ms, snicitMs], [
    ...["a GPU", 9.5, 6.7, 12.1, undefined],
  ]);
  assert.deepEqual(peers.valuesOf("1024x120", 1200), {});
  assert.deepEqual(peers.valuesOf("1024x480", 60_000), {});
});

Deno.test("what are no times of others is refused", async () => {
  const wrong = [
    "{",
    "[]",
    `{"spdnn": [{"paper_cuda_ms": {"inference": -1}}]}`,
    `{"spdnn": [{"xy2021_ms": "12"}]}`,
  ];
  for (const text of wrong) {
    await assert.rejects(readNetworkPeers(await written(text)), DatasetError);
  }
});
