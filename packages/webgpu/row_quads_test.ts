import { randomCsr } from "@spmm/formats";
import fc from "fast-check";
import assert from "node:assert/strict";
import { packRows, QUAD, quadWords } from "./row_quads.ts";
import { wideIo } from "./wide_io.ts";

const SHAPES = [
  fc.nat(40),
  fc.nat(40),
  fc.integer({ min: 1, max: 40 }),
  fc.integer(),
  fc.constantFrom<"f32" | "f16">("f32", "f16"),
] as const;

Deno.test("packRows() keeps every entry once, in order, and fills up with zeros", () => {
  fc.assert(
    fc.property(...SHAPES, (rows, cols, n, seed, storage) => {
      const a = randomCsr({ rows, cols, density: 0.3, seed });
      const problem = { a, n, storage };
      const { quadOffsets, pairs } = packRows(a, problem);
      const { vectors } = wideIo(problem);
      const nonZeroAt = (at: number): { column: number; value: number } =>
        storage === "f32"
          ? { column: pairs[2 * at] / vectors, value: new Float32Array(pairs.buffer)[2 * at + 1] }
          : {
            column: (pairs[at] & 0xffff) / vectors,
            value: new Float16Array(pairs.buffer)[2 * at + 1],
          };
      for (let row = 0; row < rows; row++) {
        const start = a.rowOffsets[row];
        const length = a.rowOffsets[row + 1] - start;
        const first = quadOffsets[row] * QUAD;
        for (let i = 0; i < (quadOffsets[row + 1] - quadOffsets[row]) * QUAD; i++) {
          const entry = start + Math.min(i, length - 1);
          const { column, value } = nonZeroAt(first + i);
          assert.equal(column, a.colIndices[entry]);
          const kept = storage === "f32" ? a.values[entry] : Math.f16round(a.values[entry]);
          assert.equal(value, i < length ? kept : 0);
        }
      }
      const words = quadWords(storage === "f32" ? "wide" : "short offset");
      assert.equal(quadOffsets[rows] * words, pairs.length);
    }),
    { seed: 12 },
  );
});
