import assert from "node:assert/strict";
import fc from "fast-check";
import { checkCsc, type Csc, cscFromCsr, csrFromCsc } from "./csc.ts";
import { FormatError } from "./errors.ts";
import { anyCsr, BATTERY, bits, EXAMPLE_1, FIXED, spelled } from "./test_matrices.ts";

Deno.test("cscFromCsr() groups the worked example by column", () => {
  const a = cscFromCsr(EXAMPLE_1);
  assert.equal(spelled(a.values), "abhdfcgiej");
  assert.deepEqual([...a.colOffsets], [0, 2, 2, 3, 5, 8, 10]);
  assert.deepEqual([...a.rowIndices], [0, 1, 5, 2, 4, 1, 4, 5, 2, 5]);
});

Deno.test("csrFromCsc() undoes cscFromCsr() bit by bit", () => {
  for (const [name, a] of BATTERY) assert.deepEqual(csrFromCsc(cscFromCsr(a)), a, name);
  fc.assert(
    fc.property(anyCsr, (a) => {
      const columns = cscFromCsr(a);
      checkCsc(columns);
      const back = csrFromCsc(columns);
      assert.deepEqual(back, a);
      assert.deepEqual(bits(back.values), bits(a.values));
    }),
    FIXED,
  );
});

Deno.test("checkCsc() finds every broken invariant", () => {
  const good = cscFromCsr(EXAMPLE_1);
  const damages: [FormatError["fault"], Partial<Csc>][] = [
    ["shape", { cols: -1 }],
    ["length", { rowIndices: good.rowIndices.subarray(1) }],
    ["length", { cols: 7 }],
    ["offsets", { colOffsets: good.colOffsets.map((offset) => 10 - offset) }],
    ["range", { rows: 5 }],
    ["order", { rowIndices: good.rowIndices.toReversed() }],
    ["duplicate", { rowIndices: new Uint32Array(10) }],
  ];
  for (const [fault, damage] of damages) {
    assert.throws(
      () => checkCsc({ ...good, ...damage }),
      (error) => error instanceof FormatError && error.fault === fault,
      fault,
    );
  }
});
