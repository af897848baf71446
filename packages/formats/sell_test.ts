import assert from "node:assert/strict";
import fc from "fast-check";
import { FormatError } from "./errors.ts";
import { randomCsr } from "./random.ts";
import { checkSell, csrFromSell, type Sell, sellFromCsr } from "./sell.ts";
import { anyCsr, BATTERY, bits, EXAMPLE_1, FIXED, letters } from "./test_matrices.ts";

Deno.test("the picture in the documentation is what sellFromCsr() makes", () => {
  const a = letters(".a..", "b.cd", "....", "e.f.");
  const { rowOrder, rowLengths, sliceOffsets, colIndices, values } = sellFromCsr(a, {
    sliceHeight: 2,
    sortWindow: 4,
  });
  assert.deepEqual([...rowOrder], [1, 3, 0, 2]);
  assert.deepEqual([...rowLengths], [3, 2, 1, 0]);
  assert.deepEqual([...sliceOffsets], [0, 6, 8]);
  assert.deepEqual([...values], [2.5, 5.5, 3.5, 6.5, 4.5, 0, 1.5, 0]);
  assert.deepEqual([...colIndices], [0, 0, 2, 2, 3, 0, 1, 0]);
});

Deno.test("csrFromSell() undoes sellFromCsr() bit by bit, whatever C and σ", () => {
  for (const [name, a] of BATTERY) {
    for (const [sliceHeight, sortWindow] of [[1, 1], [4, 1], [4, 6], [32, 32], [32, 4096]]) {
      const slices = sellFromCsr(a, { sliceHeight, sortWindow });
      checkSell(slices);
      assert.deepEqual(csrFromSell(slices), a, `${name}, C = ${sliceHeight}, σ = ${sortWindow}`);
    }
  }
  const anySize = fc.integer({ min: 1, max: 80 });
  fc.assert(
    fc.property(anyCsr, anySize, anySize, (a, sliceHeight, sortWindow) => {
      const slices = sellFromCsr(a, { sliceHeight, sortWindow });
      checkSell(slices);
      assert.deepEqual(csrFromSell(slices), a);
      assert.deepEqual(bits(csrFromSell(slices).values), bits(a.values));
    }),
    FIXED,
  );
});

Deno.test("sorting within wider windows never pads more", () => {
  const rowLengths = Array.from({ length: 128 }, (_, row) => (row * 37) % 64);
  const a = randomCsr({ rows: 128, cols: 64, rowLengths, seed: 31 });
  const elements = [1, 8, 32, 128].map((sortWindow) =>
    sellFromCsr(a, { sliceHeight: 8, sortWindow }).values.length
  );
  assert.deepEqual(elements, elements.toSorted((x, y) => y - x));
  assert.ok(elements[3] < elements[0]);
});

Deno.test("sellFromCsr() refuses sizes that make no sense", () => {
  for (const size of [0, -1, 1.5, NaN]) {
    assert.throws(() => sellFromCsr(EXAMPLE_1, { sliceHeight: size }), FormatError);
    assert.throws(() => sellFromCsr(EXAMPLE_1, { sortWindow: size }), FormatError);
  }
});

Deno.test("sellFromCsr() refuses padding beyond u32 offsets", () => {
  const colIndices = new Uint32Array(70_000).map((_, i) => i);
  const rowOffsets = new Uint32Array([0, 70_000]);
  const values = new Float32Array(70_000);
  const a = { format: "csr", rows: 1, cols: 70_000, rowOffsets, colIndices, values } as const;
  assert.throws(() => sellFromCsr(a, { sliceHeight: 65_536 }), FormatError);
});

Deno.test("checkSell() finds every broken invariant", () => {
  const good = sellFromCsr(EXAMPLE_1, { sliceHeight: 2, sortWindow: 4 });
  const damages: [FormatError["fault"], Partial<Sell>][] = [
    ["shape", { cols: -1 }],
    ["option", { sliceHeight: 0 }],
    ["option", { sortWindow: NaN }],
    ["length", { rowOrder: good.rowOrder.subarray(1) }],
    ["length", { rowLengths: good.rowLengths.subarray(1) }],
    ["length", { colIndices: good.colIndices.subarray(1) }],
    ["length", { sliceOffsets: good.sliceOffsets.subarray(1) }],
    ["offsets", { sliceOffsets: changed(good.sliceOffsets, 1, 2) }],
    ["permutation", { rowOrder: changed(good.rowOrder, 0, good.rowOrder[1]) }],
    ["permutation", { sortWindow: 1 }],
    ["permutation", { rowOrder: changed(good.rowOrder, 0, 6) }],
    ["order", { rowLengths: changed(good.rowLengths, 1, 3) }],
    ["range", { colIndices: changed(good.colIndices, 0, 6) }],
    ["order", { colIndices: changed(good.colIndices, 0, 5) }],
    ["duplicate", { colIndices: changed(good.colIndices, 2, good.colIndices[0]) }],
    ["padding", { colIndices: changed(good.colIndices, good.values.indexOf(0), 1) }],
    ["padding", { values: good.values.map((value) => value === 0 ? -0 : value) }],
  ];
  checkSell(good);
  for (const [fault, damage] of damages) {
    assert.throws(
      () => checkSell({ ...good, ...damage }),
      (error) => error instanceof FormatError && error.fault === fault,
      `${fault} ${Object.keys(damage)}`,
    );
  }
});

function changed(array: Uint32Array, at: number, value: number): Uint32Array {
  const copy = array.slice();
  copy[at] = value;
  return copy;
}
