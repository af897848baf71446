import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesOf } from "./bytes.ts";
import type { FormatName } from "./codecs.ts";
import { checkMatrix, FORMATS, fromCsr, toCsr } from "./convert.ts";
import { FormatError } from "./errors.ts";
import { randomCsr } from "./random.ts";
import { anyCsr, BATTERY, bits, FIXED } from "./test_matrices.ts";

Deno.test("every format converts into every other and back bit by bit", () => {
  const everyWay = FORMATS.flatMap((from) => FORMATS.map((to) => [from, to] as const));
  fc.assert(
    fc.property(anyCsr, fc.constantFrom(...everyWay), (a, [from, to]) => {
      const there = fromCsr(toCsr(fromCsr(a, from)), to);
      checkMatrix(there);
      assert.equal(there.format, to);
      assert.deepEqual(toCsr(there), a);
      assert.deepEqual(bits(toCsr(there).values), bits(a.values));
    }),
    FIXED,
  );
});

Deno.test("the options of a format reach it and the others ignore them", () => {
  const a = randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 41 });
  const options = { blockSize: 8, sliceHeight: 4, blockHeight: 2 };
  assert.equal(fromCsr(a, "csb", options).blockSize, 8);
  assert.equal(fromCsr(a, "sell", options).sliceHeight, 4);
  assert.equal(fromCsr(a, "bsr", options).blockWidth, 2);
  assert.equal(fromCsr(a, "csr", options), a);
});

Deno.test("fromCsr() names the formats there are when it gets another", () => {
  const a = randomCsr({ rows: 2, cols: 2, density: 1, seed: 42 });
  const unknown: string = "dia";
  assert.throws(
    () => fromCsr(a, unknown as FormatName),
    (error) => error instanceof FormatError && /coo, csr, csc, csb, sell, bsr/.test(error.message),
  );
});

Deno.test("bytesOf() counts every array of a matrix once", () => {
  for (const [name, a] of BATTERY) {
    for (const format of FORMATS) {
      const matrix = fromCsr(a, format);
      const arrays = Object.values(matrix).filter((field) => ArrayBuffer.isView(field));
      const expected = arrays.reduce((bytes, array) => bytes + array.byteLength, 0);
      const { indices, pointers, values, total } = bytesOf(matrix);
      assert.equal(total, expected, `${name} as ${format}`);
      assert.equal(indices + pointers + values, total);
    }
  }
});

Deno.test("CSB takes 2·lg β bits of index where CSR takes 32", () => {
  const a = randomCsr({ rows: 256, cols: 256, density: 0.25, seed: 43 });
  const indexBytes = bytesOf(fromCsr(a, "csb", { blockSize: 16 })).indices;
  assert.equal(indexBytes, 4 * Math.ceil(a.values.length / 4));
  assert.equal(bytesOf(a).indices, 4 * a.values.length);
});
