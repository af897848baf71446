import assert from "node:assert/strict";
import { pairwise, product } from "./pairwise.ts";

Deno.test("pairwise chooses every pair of values of any two later options", () => {
  const sizes = [30, 18, 2, 5, 2, 2];
  const chosen = pairwise(sizes, 7);
  assert.equal(chosen.length, 210);
  for (let i = 1; i < sizes.length; i++) {
    for (let j = i + 1; j < sizes.length; j++) {
      const pairs = new Set(chosen.map((combination) => `${combination[i]} ${combination[j]}`));
      assert.equal(pairs.size, sizes[i] * sizes[j], `options ${i} and ${j}`);
    }
  }
});

Deno.test("pairwise shows each first value every value of the short options", () => {
  const chosen = pairwise([30, 18, 2, 5, 2, 2], 7);
  for (let first = 0; first < 30; first++) {
    const own = chosen.filter((combination) => combination[0] === first);
    assert.deepEqual(
      [2, 3, 4, 5].map((option) => new Set(own.map((one) => one[option])).size),
      [2, 5, 2, 2],
    );
  }
});

Deno.test("pairwise stops at all combinations, and never repeats one", () => {
  const chosen = pairwise([2, 3, 2], 100);
  assert.equal(new Set(chosen.map((one) => one.join())).size, 12);
  assert.equal(chosen.length, 12);
});

Deno.test("product of nothing is one empty combination", () => {
  assert.deepEqual(product([]), [[]]);
  assert.deepEqual(product([2, 0]), []);
});
