import assert from "node:assert/strict";
import fc from "fast-check";
import { checkCount } from "./checks.ts";
import { checkCsr, type Csr, csrFromDense, denseFromCsr, sliceRows, transposeCsr } from "./csr.ts";
import { dense } from "./dense.ts";
import { FormatError } from "./errors.ts";
import { prefixSum } from "./prefix_sum.ts";
import { anyCsr, BATTERY, bits, EXAMPLE_1, FIXED, spelled } from "./test_matrices.ts";

Deno.test("checkCsr() passes the battery", () => {
  for (const [, a] of BATTERY) checkCsr(a);
});

Deno.test("checkCsr() finds every broken invariant", () => {
  const damages: [FormatError["fault"], Partial<Csr>][] = [
    ["shape", { rows: 6.5 }],
    ["shape", { cols: NaN }],
    ["length", { colIndices: EXAMPLE_1.colIndices.subarray(1) }],
    ["length", { rows: 5 }],
    ["offsets", { rowOffsets: changed(EXAMPLE_1.rowOffsets, 0, 1) }],
    ["offsets", { rowOffsets: changed(EXAMPLE_1.rowOffsets, 3, 2) }],
    ["offsets", { rowOffsets: changed(EXAMPLE_1.rowOffsets, 6, 9) }],
    ["range", { colIndices: changed(EXAMPLE_1.colIndices, 9, 6) }],
    ["order", { colIndices: changed(EXAMPLE_1.colIndices, 1, 5) }],
    ["duplicate", { colIndices: changed(EXAMPLE_1.colIndices, 1, 4) }],
  ];
  for (const [fault, damage] of damages) {
    assert.throws(
      () => checkCsr({ ...EXAMPLE_1, ...damage }),
      (error) => error instanceof FormatError && error.fault === fault,
      `${fault} ${Object.keys(damage)}`,
    );
  }
});

Deno.test("more non-zeros than u32 offsets can name are refused", () => {
  assert.throws(() => checkCount("csr", "non-zeros", 2 ** 32), FormatError);
  const lengths = new Uint32Array([0, 2 ** 31, 2 ** 31]);
  assert.throws(() => prefixSum("csr", lengths), FormatError);
});

Deno.test("the worked example reads as in the research plan", () => {
  assert.equal(spelled(EXAMPLE_1.values), "abcdefghij");
  assert.deepEqual([...EXAMPLE_1.colIndices], [0, 0, 4, 3, 5, 3, 4, 2, 4, 5]);
  assert.deepEqual([...EXAMPLE_1.rowOffsets], [0, 1, 3, 5, 5, 7, 10]);
});

Deno.test("csrFromDense() undoes denseFromCsr() where there are no explicit zeros", () => {
  for (const [name, a] of BATTERY) {
    if (a.values.includes(0)) continue;
    assert.deepEqual(csrFromDense(denseFromCsr(a)), a, name);
  }
});

Deno.test("csrFromDense() widens f16 exactly", () => {
  const b = dense(1, 3, new Float16Array([0.1, 0, -65504]));
  assert.deepEqual([...csrFromDense(b).values], [new Float16Array([0.1])[0], -65504]);
});

Deno.test("transposeCsr() moves (i, j) to (j, i) and is its own inverse", () => {
  fc.assert(
    fc.property(anyCsr, (a) => {
      const t = transposeCsr(a);
      checkCsr(t);
      assert.deepEqual(elements(t), elements(a).map(([i, j, v]) => [j, i, v]).sort(byPosition));
      assert.deepEqual(bits(transposeCsr(t).values), bits(a.values));
      assert.deepEqual(transposeCsr(t), a);
    }),
    FIXED,
  );
});

Deno.test("sliceRows() cuts a matrix into pieces that make it up", () => {
  fc.assert(
    fc.property(anyCsr, fc.nat(), (a, at) => {
      const cut = at % (a.rows + 1);
      const pieces = [sliceRows(a, 0, cut), sliceRows(a, cut, a.rows)];
      pieces.forEach(checkCsr);
      const [upper, lower] = pieces.map(elements);
      assert.deepEqual([...upper, ...lower.map(([i, j, v]) => [i + cut, j, v])], elements(a));
    }),
    FIXED,
  );
});

Deno.test("sliceRows() refuses rows that are not there", () => {
  for (const [begin, end] of [[-1, 2], [3, 2], [0, 7], [0.5, 2], [0, NaN]]) {
    assert.throws(() => sliceRows(EXAMPLE_1, begin, end), FormatError);
  }
});

function changed(array: Uint32Array, at: number, value: number): Uint32Array {
  const copy = array.slice();
  copy[at] = value;
  return copy;
}

function elements(a: Csr): number[][] {
  return [...a.values.keys()].map((i) => [
    a.rowOffsets.findIndex((_, row) => a.rowOffsets[row + 1] > i),
    a.colIndices[i],
    bits(a.values)[i],
  ]);
}

function byPosition([i, j]: number[], [k, l]: number[]): number {
  return i - k || j - l;
}
