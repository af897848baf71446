import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bsr, bsrFromCsr, checkBsr, csrFromBsr } from "./bsr.ts";
import { FormatError } from "./errors.ts";
import { anyCsr, BATTERY, bits, EXAMPLE_1, FIXED, letters } from "./test_matrices.ts";

Deno.test("the picture in the documentation is what bsrFromCsr() makes", () => {
  const a = letters("ab..", ".c..", "d..e", "..fg");
  const { blockOffsets, blockColumns, values, occupancy } = bsrFromCsr(a, { blockHeight: 2 });
  assert.deepEqual([...blockOffsets], [0, 1, 3]);
  assert.deepEqual([...blockColumns], [0, 0, 1]);
  assert.deepEqual([...values], [1.5, 2.5, 0, 3.5, 4.5, 0, 0, 0, 0, 5.5, 6.5, 7.5]);
  assert.deepEqual([...occupancy], [0b1110_0001_1011]);
});

Deno.test("csrFromBsr() undoes bsrFromCsr() bit by bit, whatever the block", () => {
  for (const [name, a] of BATTERY) {
    for (const [blockHeight, blockWidth] of [[1, 1], [4, 4], [2, 8], [32, 32], [64, 3]]) {
      const blocks = bsrFromCsr(a, { blockHeight, blockWidth });
      checkBsr(blocks);
      assert.deepEqual(csrFromBsr(blocks), a, `${name}, ${blockHeight}x${blockWidth}`);
    }
  }
  const anySide = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(anyCsr, anySide, anySide, (a, blockHeight, blockWidth) => {
      const blocks = bsrFromCsr(a, { blockHeight, blockWidth });
      checkBsr(blocks);
      assert.deepEqual(csrFromBsr(blocks), a);
      assert.deepEqual(bits(csrFromBsr(blocks).values), bits(a.values));
    }),
    FIXED,
  );
});

Deno.test("bsrFromCsr() refuses sides that make no sense", () => {
  for (const side of [0, -1, 1.5, NaN, 1025]) {
    assert.throws(() => bsrFromCsr(EXAMPLE_1, { blockHeight: side }), FormatError);
    assert.throws(() => bsrFromCsr(EXAMPLE_1, { blockWidth: side }), FormatError);
  }
});

Deno.test("checkBsr() finds every broken invariant", () => {
  const good = bsrFromCsr(EXAMPLE_1, { blockHeight: 4 });
  const small = bsrFromCsr(EXAMPLE_1, { blockHeight: 1 });
  const damages: [FormatError["fault"], Bsr][] = [
    ["shape", { ...good, rows: 1.5 }],
    ["option", { ...good, blockHeight: 0 }],
    ["option", { ...good, blockWidth: 2000 }],
    ["length", { ...good, blockOffsets: good.blockOffsets.subarray(1) }],
    ["offsets", { ...good, blockOffsets: new Uint32Array([0, 5, 4]) }],
    ["offsets", { ...good, blockOffsets: new Uint32Array([0, 2, 3]) }],
    ["range", { ...good, blockColumns: new Uint32Array([0, 2, 0, 1]) }],
    ["order", { ...good, blockColumns: new Uint32Array([1, 0, 0, 1]) }],
    ["duplicate", { ...good, blockColumns: new Uint32Array([1, 1, 0, 1]) }],
    ["length", { ...good, values: good.values.subarray(1) }],
    ["length", { ...good, occupancy: new Uint32Array(3) }],
    ["range", { ...good, rows: 5 }],
    ["range", { ...good, cols: 5 }],
    ["padding", { ...good, values: good.values.map((value) => value || -0) }],
    ["padding", { ...small, occupancy: small.occupancy.map((word) => word | 1 << 31) }],
    ["padding", { ...good, occupancy: new Uint32Array(2), values: new Float32Array(64) }],
  ];
  checkBsr(good);
  checkBsr(small);
  for (const [fault, damaged] of damages) {
    assert.throws(
      () => checkBsr(damaged),
      (error) => error instanceof FormatError && error.fault === fault,
      fault,
    );
  }
});
