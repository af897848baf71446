import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checkCsb,
  type Csb,
  csbBlockEntries,
  csbBlockExtent,
  csbEntry,
  csbGrid,
  csbIndexBits,
  csbLocalIndex,
} from "./csb.ts";
import { csrFromCsb } from "./csb_decode.ts";
import {
  countEntries,
  csbBlockSizes,
  csbFromCsr,
  packIndices,
  placeEntries,
} from "./csb_encode.ts";
import { cooFromCsr } from "./coo.ts";
import { csrFromCoo } from "./csr_from_coo.ts";
import { FormatError } from "./errors.ts";
import { mortonCode } from "./morton.ts";
import { prefixSum } from "./prefix_sum.ts";
import { randomCsr } from "./random.ts";
import { anyCsr, BATTERY, bits, EXAMPLE_1, EXAMPLE_2, FIXED, spelled } from "./test_matrices.ts";

const anyBlockSize = fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128, 256, 65_536);
const anyOrder = fc.constantFrom("morton" as const, "row" as const);

Deno.test("the worked examples encode as the research plan has them, in both orders", () => {
  for (const order of ["morton", "row"] as const) {
    const first = csbFromCsr(EXAMPLE_1, { blockSize: 2, order });
    assert.equal(spelled(first.values), "abcdefhgij");
    assert.deepEqual([...first.blockPointers], [0, 2, 2, 3, 3, 4, 5, 5, 7, 10]);
    assert.deepEqual(localPositions(first), ["00 10", "10", "01", "01", "01 10", "00 10 11"]);

    const second = csbFromCsr(EXAMPLE_2, { blockSize: 2, order });
    assert.equal(spelled(second.values), "abcdefg");
    assert.deepEqual([...second.blockPointers], [0, 2, 2, 2, 2, 3, 4, 4, 5, 7]);
    assert.deepEqual(localPositions(second), ["00 10", "01", "01", "01", "00 11"]);
  }
});

Deno.test("four entries of β = 2 share a byte", () => {
  const { indices } = csbFromCsr(EXAMPLE_1, { blockSize: 2 });
  assert.deepEqual([...indices], [0b11_10_00_10_01_01_01_10_10_00]);
});

Deno.test("csrFromCsb() undoes csbFromCsr() bit by bit, whatever the block size", () => {
  for (const [name, a] of BATTERY) {
    for (const blockSize of [1, 2, 16, 32, 64, 65_536]) {
      const blocks = csbFromCsr(a, { blockSize });
      checkCsb(blocks);
      assert.deepEqual(csrFromCsb(blocks), a, `${name}, β = ${blockSize}`);
      assert.deepEqual(bits(csrFromCsb(blocks).values), bits(a.values), name);
    }
  }
  fc.assert(
    fc.property(anyCsr, anyBlockSize, anyOrder, (a, blockSize, order) => {
      const blocks = csbFromCsr(a, { blockSize, order });
      checkCsb(blocks);
      assert.deepEqual(csrFromCsb(blocks), a);
      assert.deepEqual(csbFromCsr(csrFromCsb(blocks), { blockSize, order }), blocks);
    }),
    FIXED,
  );
});

Deno.test("an index takes exactly 2·lg β bits", () => {
  const a = randomCsr({ rows: 300, cols: 300, density: 0.1, seed: 21 });
  for (let lg = 0; lg <= 16; lg++) {
    assert.equal(csbIndexBits(2 ** lg), 2 * lg);
    const { indices } = csbFromCsr(a, { blockSize: 2 ** lg });
    assert.equal(indices.length, Math.ceil((a.values.length * 2 * lg) / 32));
  }
});

Deno.test("blocks of 65536 number their rows and columns to the last", () => {
  const a = csrFromCoo({
    format: "coo",
    rows: 70_000,
    cols: 140_000,
    rowIndices: new Uint32Array([0, 65_535, 65_535, 69_999, 69_999]),
    colIndices: new Uint32Array([131_071, 65_535, 65_536, 139_999, 0]),
    values: new Float32Array([1, 2, 3, 4, 5]),
  });
  const blocks = csbFromCsr(a, { blockSize: 65_536 });
  checkCsb(blocks);
  assert.deepEqual([...blocks.blockPointers], [0, 1, 3, 3, 4, 4, 5]);
  assert.deepEqual(csrFromCsb(blocks), a);
});

Deno.test("entries and blocks decode to the coordinates they were made from", () => {
  fc.assert(
    fc.property(anyCsr, anyBlockSize, (a, blockSize) => {
      const blocks = csbFromCsr(a, { blockSize });
      const one = [...a.values.keys()].map((entry) => csbEntry(blocks, entry));
      const all = [...blockNumbers(blocks)].flatMap((block) => [...csbBlockEntries(blocks, block)]);
      assert.deepEqual(all, one);
      const coo = cooFromCsr(a);
      const expected = [...a.values].map((value, i) => ({
        row: coo.rowIndices[i],
        col: coo.colIndices[i],
        value,
      }));
      assert.deepEqual(one.toSorted((x, y) => x.row - y.row || x.col - y.col), expected);
    }),
    FIXED,
  );
});

Deno.test("block extents tile the matrix", () => {
  const shape = { rows: 10, cols: 7, blockSize: 4 };
  const covered = new Uint8Array(70);
  for (const block of blockNumbers(shape)) {
    const { rowBegin, rowEnd, colBegin, colEnd } = csbBlockExtent(shape, block);
    for (let row = rowBegin; row < rowEnd; row++) {
      for (let col = colBegin; col < colEnd; col++) covered[row * 7 + col]++;
    }
  }
  assert.ok(covered.every((times) => times === 1));
});

Deno.test("csbEntry() refuses entries that are not there", () => {
  const blocks = csbFromCsr(EXAMPLE_1);
  for (const entry of [-1, 10, 0.5, NaN]) {
    assert.throws(() => csbEntry(blocks, entry), FormatError);
  }
});

Deno.test("the phases may be split among workers in any way and order", () => {
  const a = randomCsr({ rows: 210, cols: 170, density: 0.1, seed: 22 });
  const whole = csbFromCsr(a, { blockSize: 16 });
  const ranges = [[9, 14], [0, 1], [1, 9]];
  const blockPointers = new Uint32Array(whole.blockPointers.length);
  for (const [begin, end] of ranges) countEntries(a, whole, begin, end, blockPointers);
  prefixSum("csb", blockPointers);
  const placed = {
    localIndices: new Uint32Array(a.values.length),
    values: new Float32Array(a.values.length),
  };
  const layout = { ...whole, blockPointers };
  for (const [begin, end] of ranges) placeEntries(a, layout, begin, end, placed);
  const indices = new Uint32Array(whole.indices.length);
  for (const [begin, end] of [[96, a.values.length], [0, 96]]) {
    packIndices(placed.localIndices, 16, begin, end, indices);
  }
  assert.deepEqual({ ...whole, blockPointers, indices, values: placed.values }, whole);
});

Deno.test("β follows ⌈lg √n⌉ ≤ lg β ≤ 3 + ⌈lg √n⌉, n the longer side", () => {
  const expected = [[0, 1], [1, 1], [2, 2], [4, 2], [5, 4], [1024, 32], [1025, 64], [4096, 64]];
  for (const [n, least] of expected) {
    assert.deepEqual(csbBlockSizes(n, 1), { least, most: 8 * least }, `${n}`);
    assert.deepEqual(csbBlockSizes(0, n), { least, most: 8 * least }, `${n}`);
  }
  assert.deepEqual(csbBlockSizes(2 ** 32 - 1, 1), { least: 65_536, most: 65_536 });
});

Deno.test("csbFromCsr() refuses block sizes it cannot pack", () => {
  for (const blockSize of [0, -2, 3, 48, 131_072, 1.5, NaN]) {
    assert.throws(() => csbFromCsr(EXAMPLE_1, { blockSize }), FormatError);
  }
  const huge = { ...randomCsr({ rows: 1, cols: 1, density: 1, seed: 1 }), cols: 2 ** 32 - 1 };
  assert.throws(() => csbFromCsr(huge, { blockSize: 1 }), FormatError);
});

Deno.test("the Morton curve visits quadrants as a Z", () => {
  const visits = [[0, 0], [0, 1], [1, 0], [1, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 0]];
  visits.forEach(([row, col], place) => assert.equal(mortonCode(row, col), place));
  assert.equal(mortonCode(65_535, 65_535), 2 ** 32 - 1);
});

Deno.test("checkCsb() finds every broken invariant", () => {
  const good = csbFromCsr(EXAMPLE_1, { blockSize: 4 });
  const full = randomCsr({ rows: 8, cols: 8, density: 1, seed: 23 });
  const row = csbFromCsr(full, { blockSize: 4, order: "row" });
  const damages: [FormatError["fault"], Csb][] = [
    ["shape", { ...good, rows: NaN }],
    ["option", { ...good, blockSize: 6 }],
    ["length", { ...good, indices: new Uint32Array(3) }],
    ["length", { ...good, values: good.values.subarray(3) }],
    ["length", { ...good, cols: 9 }],
    ["offsets", { ...good, blockPointers: good.blockPointers.map((pointer) => 10 - pointer) }],
    ["order", { ...good, blockPointers: new Uint32Array([0, 10, 10, 10, 10]) }],
    ["range", { ...good, rows: 5 }],
    ["range", { ...good, cols: 5 }],
    ["duplicate", { ...good, indices: new Uint32Array(2) }],
    ["order", { ...row, order: "morton" }],
    ["padding", { ...good, indices: good.indices.map((word, i) => i === 1 ? word | 0x100 : word) }],
  ];
  checkCsb(good);
  checkCsb(row);
  for (const [fault, damaged] of damages) {
    assert.throws(
      () => checkCsb(damaged),
      (error) => error instanceof FormatError && error.fault === fault,
      fault,
    );
  }
});

function blockNumbers(shape: Pick<Csb, "rows" | "cols" | "blockSize">): Iterable<number> {
  const { blockRows, blockCols } = csbGrid(shape);
  return Array(blockRows * blockCols).keys();
}

/** Row and column digits of the entries of every block that is not empty. */
function localPositions(a: Csb): string[] {
  return [...blockNumbers(a)]
    .map((block) => {
      const count = a.blockPointers[block + 1] - a.blockPointers[block];
      const entries = Array.from({ length: count }, (_, i) => a.blockPointers[block] + i);
      return entries.map((i) => csbLocalIndex(a, i).toString(2).padStart(2, "0")).join(" ");
    })
    .filter((positions) => positions !== "");
}
