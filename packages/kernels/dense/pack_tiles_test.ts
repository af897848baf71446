import { randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import fc from "fast-check";
import { packedElements, type PackedTile, packTiles } from "./pack_tiles.ts";

const tile: PackedTile = { rows: 32, depth: 16 };

Deno.test("packing puts every non-zero in its place and zeros everywhere else", () => {
  fc.assert(
    fc.property(fc.nat(80), fc.nat(80), fc.nat(1000), (rows, cols, seed) => {
      const a = randomCsr({ rows, cols, density: 0.2, seed });
      const packed = packTiles(a, tile, "f32");
      assert.equal(packed.length, packedElements(rows, cols, tile));
      for (let row = 0; row < rows; row++) {
        for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
          const at = place(row, a.colIndices[entry], cols);
          assert.equal(packed[at], a.values[entry]);
          packed[at] = 0;
        }
      }
      assert.ok(packed.every((value) => value === 0));
    }),
    { seed: 1, numRuns: 60 },
  );
});

Deno.test("packing rounds to f16 where that is the storage", () => {
  const a = { ...randomCsr({ rows: 1, cols: 1, density: 1, seed: 1 }) };
  const packed = packTiles({ ...a, values: Float32Array.of(1 / 3) }, tile, "f16");
  assert.ok(packed instanceof Float16Array);
  assert.equal(packed[0], 0.333251953125);
});

/** The picture in `packTiles`, as arithmetic. */
function place(row: number, col: number, cols: number): number {
  const tilesAcross = Math.ceil(cols / 16);
  const tileNumber = Math.floor(row / 32) * tilesAcross + Math.floor(col / 16);
  return tileNumber * 32 * 16 + (col % 16) * 32 + row % 32;
}
