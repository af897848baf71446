import assert from "node:assert/strict";
import fc from "fast-check";
import { splitByNonZeros } from "./split_by_non_zeros.ts";

function offsets(lengths: readonly number[]): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, row) => result[row + 1] = result[row] + length);
  return result;
}

Deno.test("every row belongs to exactly one part, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), fc.integer({ min: 1, max: 9 }), (lengths, parts) => {
      const bounds = splitByNonZeros(offsets(lengths), parts);
      assert.equal(bounds.length, parts + 1);
      assert.equal(bounds[0], 0);
      assert.equal(bounds[parts], lengths.length);
      for (let part = 0; part < parts; part += 1) assert.ok(bounds[part] <= bounds[part + 1]);
    }),
    { seed: 1803 },
  );
});

Deno.test("no part is heavier than its share by more than the longest row", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), fc.integer({ min: 1, max: 9 }), (lengths, parts) => {
      const rowOffsets = offsets(lengths);
      const bounds = splitByNonZeros(rowOffsets, parts);
      const weight = (row: number) => rowOffsets[row] + row;
      const share = weight(lengths.length) / parts;
      const longest = Math.max(0, ...lengths) + 1;
      for (let part = 0; part < parts; part += 1) {
        assert.ok(weight(bounds[part + 1]) - weight(bounds[part]) <= share + longest);
      }
    }),
    { seed: 8601 },
  );
});

Deno.test("empty rows are shared out too", () => {
  assert.deepEqual([...splitByNonZeros(new Uint32Array(101), 4)], [0, 25, 50, 75, 100]);
});

Deno.test("a matrix without rows gives every part nothing", () => {
  assert.deepEqual([...splitByNonZeros(new Uint32Array(1), 3)], [0, 0, 0, 0]);
});
