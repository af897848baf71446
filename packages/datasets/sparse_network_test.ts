import assert from "node:assert/strict";
import { DatasetError } from "./errors.ts";
import { radixNet } from "./radix_net.ts";
import { challengeNetwork } from "./sparse_network.ts";

Deno.test("the bias follows the size, and is given where the challenge has none", () => {
  const layers = [...radixNet({ neurons: 256, layers: 2, seed: 1 }).layers()];
  assert.throws(() => challengeNetwork({ layers }), DatasetError);
  const network = challengeNetwork({ layers, bias: -0.25, name: "small" });
  assert.equal(network.name, "small");
  for (const { bias, activation } of network.layers) {
    assert.deepEqual(activation, { kind: "clipped-relu", ceiling: 32 });
    assert.ok(bias.length === 256 && bias.every((value) => value === -0.25));
  }
});

Deno.test("a network without layers is refused", () => {
  assert.throws(() => challengeNetwork({ layers: [] }), /it must have a layer: received none/);
});
