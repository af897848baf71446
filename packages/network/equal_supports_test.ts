import { type Csr, csrFromDense, dense, randomCsr, transposeCsr } from "@spmm/formats";
import { radixNetLayer } from "@spmm/datasets";
import assert from "node:assert/strict";
import fc from "fast-check";
import { equalSupports } from "./equal_supports.ts";

Deno.test("rows are grouped exactly as a map keyed by their columns groups them", () => {
  const matrices = fc.record({
    rows: fc.integer({ min: 1, max: 40 }),
    cols: fc.integer({ min: 1, max: 6 }),
    density: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  }).map(randomCsr);
  fc.assert(fc.property(matrices, agreesWithMap), { seed: 20, numRuns: 300 });
});

Deno.test("a matrix without rows has no group", () => {
  const { order, groupOffsets } = equalSupports(csrFromDense(dense(0, 3)));
  assert.equal(order.length, 0);
  assert.deepEqual([...groupOffsets], [0]);
});

Deno.test("rows without columns are a group of their own, apart from column 0", () => {
  const weights = csrFromDense(dense(4, 2, new Float32Array([0, 0, 7, 0, 0, 0, 8, 0])));
  const { order, groupOffsets } = equalSupports(weights);
  assert.deepEqual([...order], [0, 2, 1, 3]);
  assert.deepEqual([...groupOffsets], [0, 2, 4]);
});

Deno.test("every group of a RadiX-Net layer has sixteen rows", () => {
  const weights = transposeCsr(radixNetLayer({ neurons: 1024, layer: 9, seed: 5 }));
  const { groupOffsets } = equalSupports(weights);
  assert.equal(groupOffsets.length - 1, 64);
  groupOffsets.forEach((offset, group) => assert.equal(offset, 16 * group));
});

function agreesWithMap(weights: Csr): void {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < weights.rows; row++) {
    const { rowOffsets, colIndices } = weights;
    const key = colIndices.slice(rowOffsets[row], rowOffsets[row + 1]).join();
    groups.set(key, [...groups.get(key) ?? [], row]);
  }
  const { order, groupOffsets } = equalSupports(weights);
  const lists = [...groups.values()];
  assert.deepEqual([...order], lists.flat());
  assert.deepEqual(
    [...groupOffsets],
    [0, ...lists].map((_, group) => lists.slice(0, group).flat().length),
  );
}
