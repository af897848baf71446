import { randomSource } from "@spmm/formats";
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Codebook, findCodebook, weightKind } from "./codebook.ts";

/** Weights as a kernel comes by them. */
function weightsOf({ table, codes }: Codebook, count: number): number[] {
  const bytes = codes === undefined ? new Uint8Array(count) : new Uint8Array(codes.buffer);
  return Array.from({ length: count }, (_, i) => table[bytes[i]]);
}

Deno.test("a codebook names every weight, to the bit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.nat(700), fc.nat(), (values, count, seed) => {
      const { unit } = randomSource(seed);
      const few = Array.from({ length: values }, () => Math.fround(unit() - 0.5));
      const weights = Float32Array.from({ length: count }, () => few[Math.floor(unit() * values)]);
      const codebook = findCodebook(weights);
      assert.ok(codebook !== undefined);
      assert.deepEqual(weightsOf(codebook, count), [...weights]);
      const distinct = new Set(weights).size;
      assert.equal(weightKind(codebook), distinct > 1 ? "codes" : "single");
      assert.equal(codebook.table.length % 4, 0);
    }),
    { seed: 1, numRuns: 100 },
  );
});

Deno.test("zeros of both signs have names of their own", () => {
  const codebook = findCodebook(new Float32Array([0, -0, 0]));
  assert.ok(codebook !== undefined);
  assert.deepEqual(weightsOf(codebook, 3), [0, -0, 0]);
});

Deno.test("a byte names 256 values and no more", () => {
  const weights = (values: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: 1000 }, (_, i) => i % values + 0.5);
  assert.notEqual(findCodebook(weights(256)), undefined);
  assert.equal(findCodebook(weights(257)), undefined);
  assert.equal(weightKind(findCodebook(weights(257))), "plain");
});
