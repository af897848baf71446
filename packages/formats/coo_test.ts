import assert from "node:assert/strict";
import fc from "fast-check";
import { checkCoo, type Coo, cooFromCsr } from "./coo.ts";
import { checkCsr } from "./csr.ts";
import { csrFromCoo } from "./csr_from_coo.ts";
import { FormatError } from "./errors.ts";
import { randomSource } from "./random.ts";
import { anyCsr, BATTERY, bits, EXAMPLE_1, FIXED } from "./test_matrices.ts";

const good: Coo = {
  format: "coo",
  rows: 2,
  cols: 3,
  rowIndices: new Uint32Array([1, 0, 1]),
  colIndices: new Uint32Array([2, 1, 0]),
  values: new Float32Array([1.5, -2, 3]),
};

Deno.test("checkCoo() takes entries in any order", () => checkCoo(good));

Deno.test("checkCoo() finds every broken invariant", () => {
  const damages: [FormatError["fault"], Partial<Coo>][] = [
    ["shape", { rows: -1 }],
    ["shape", { cols: 2 ** 32 }],
    ["length", { rowIndices: new Uint32Array(2) }],
    ["length", { colIndices: new Uint32Array(4) }],
    ["range", { rows: 1 }],
    ["range", { cols: 2 }],
  ];
  for (const [fault, damage] of damages) {
    assert.throws(
      () => checkCoo({ ...good, ...damage }),
      (error) => error instanceof FormatError && error.fault === fault,
    );
  }
});

Deno.test("csrFromCoo() undoes cooFromCsr() bit by bit", () => {
  for (const [name, a] of BATTERY) {
    const back = csrFromCoo(cooFromCsr(a));
    assert.deepEqual(back, a, name);
    assert.deepEqual(bits(back.values), bits(a.values), name);
  }
});

Deno.test("csrFromCoo() makes the same matrix of any order of entries", () => {
  fc.assert(
    fc.property(anyCsr, fc.integer(), (a, seed) => {
      const shuffled = csrFromCoo(shuffle(cooFromCsr(a), seed));
      checkCsr(shuffled);
      assert.deepEqual(shuffled, a);
    }),
    FIXED,
  );
});

Deno.test("csrFromCoo() orders columns beyond 16 bits", () => {
  const colIndices = new Uint32Array([70_000, 3, 4_000_000_000, 65_536, 65_535]);
  const a = csrFromCoo({
    format: "coo",
    rows: 1,
    cols: 4_294_967_295,
    rowIndices: new Uint32Array(5),
    colIndices,
    values: new Float32Array([1, 2, 3, 4, 5]),
  });
  assert.deepEqual([...a.colIndices], [3, 65_535, 65_536, 70_000, 4_000_000_000]);
  assert.deepEqual([...a.values], [2, 5, 4, 1, 3]);
});

Deno.test("csrFromCoo() names the position that stands twice", () => {
  const twice = { ...good, colIndices: new Uint32Array([2, 1, 2]) };
  assert.throws(
    () => csrFromCoo(twice),
    (error) =>
      error instanceof FormatError && error.fault === "duplicate" && error.where["row"] === 1 &&
      error.where["column"] === 2,
  );
});

Deno.test("csrFromCoo() sums duplicates where asked, in any number", () => {
  const once = cooFromCsr(EXAMPLE_1);
  const thrice: Coo = {
    ...once,
    rowIndices: Uint32Array.from([...once.rowIndices, ...once.rowIndices, ...once.rowIndices]),
    colIndices: Uint32Array.from([...once.colIndices, ...once.colIndices, ...once.colIndices]),
    values: Float32Array.from([...once.values, ...once.values, ...once.values]),
  };
  const sum = csrFromCoo(thrice, { duplicates: "sum" });
  checkCsr(sum);
  assert.deepEqual(sum, { ...EXAMPLE_1, values: EXAMPLE_1.values.map((value) => 3 * value) });
});

Deno.test("csrFromCoo() refuses coordinates that break an invariant", () => {
  assert.throws(() => csrFromCoo({ ...good, rows: 1 }), FormatError);
});

function shuffle(a: Coo, seed: number): Coo {
  const random = randomSource(seed);
  const order = [...a.values.keys()].map((i) => [random.uint32(), i]).sort(([x], [y]) => x - y);
  return {
    ...a,
    rowIndices: Uint32Array.from(order, ([, i]) => a.rowIndices[i]),
    colIndices: Uint32Array.from(order, ([, i]) => a.colIndices[i]),
    values: Float32Array.from(order, ([, i]) => a.values[i]),
  };
}
