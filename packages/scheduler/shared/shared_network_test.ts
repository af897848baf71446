import { randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { SharedFileError } from "../errors.ts";
import { sharedInMemory } from "./shared_in_memory.ts";
import { networkFrom, shareNetwork } from "./shared_network.ts";

const network = {
  name: "two layers",
  layers: [
    {
      weights: randomCsr({ rows: 5, cols: 4, density: 0.4, seed: 1 }),
      bias: Float32Array.of(1, -2, 3, -4, 5),
      activation: { kind: "clipped-relu", ceiling: 32 } as const,
    },
    {
      weights: randomCsr({ rows: 2, cols: 5, density: 0.4, seed: 2 }),
      bias: Float32Array.of(0, 1),
    },
  ],
};

Deno.test("a network that is shared in memory is the very same arrays", async () => {
  const read = await networkFrom(await sharedInMemory(shareNetwork(network)));
  assert.deepEqual(read, network);
  assert.equal(read.layers[0].weights.values, network.layers[0].weights.values);
});

Deno.test("an array that is absent or of another type is refused", async () => {
  const shared = shareNetwork(network);
  const partial = await sharedInMemory({ ...shared, arrays: [] });
  await assert.rejects(networkFrom(partial), SharedFileError);
  const wrong = { about: shared.about, names: [], read: () => Promise.resolve(new Uint8Array(4)) };
  await assert.rejects(networkFrom(wrong), /must be of type u32/);
});
