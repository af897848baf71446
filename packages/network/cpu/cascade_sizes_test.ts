import assert from "node:assert/strict";
import { NetworkError } from "../errors.ts";
import { randomNetwork } from "../reference_networks.ts";
import { fitCascade } from "./cascade_sizes.ts";

const network = randomNetwork({
  widths: Array.from({ length: 41 }, () => 256),
  density: 0.02,
  alike: 4,
  bias: "negative",
  activation: { kind: "relu" },
  lastLinear: false,
  seed: 3,
});
const wishes = {
  network,
  threads: 2,
  dropFrom: 0,
  fused: true,
  chunk: undefined,
  weightBytes: 1e6,
};

Deno.test("the tighter the budget, the fewer inputs at once and boundaries", () => {
  let before = fitCascade({ ...wishes, budget: Infinity });
  assert.equal(before.staged, 16_384);
  for (const budget of [2e7, 1e7, 5e6, 3e6, 2e6]) {
    const sizes = fitCascade({ ...wishes, budget });
    assert.ok(sizes.bytes <= budget);
    assert.ok(sizes.bytes <= before.bytes && sizes.repacks.length <= before.repacks.length);
    before = sizes;
  }
});

Deno.test("a budget that holds no input is refused, and told what would do", () => {
  const refused = (budget: number) => fitCascade({ ...wishes, budget });
  assert.throws(() => refused(1_000_001), (error) => {
    assert.ok(error instanceof NetworkError);
    const least = Number(/need (\d+) bytes/.exec(error.message)?.[1]);
    assert.ok(least > 1_000_001);
    assert.ok(fitCascade({ ...wishes, budget: least }).bytes <= least);
    return true;
  });
});

Deno.test("a chunk is the most inputs at once, those that wait included", () => {
  for (const chunk of [1, 50, 1000]) {
    assert.equal(fitCascade({ ...wishes, chunk, budget: Infinity }).results, chunk);
  }
});
