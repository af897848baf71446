import { csrFromDense, dense, randomCsr, transposeCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { roofline } from "./roofline.ts";

const PEAKS = { bytesPerSecond: 100, flopsPerSecond: 1000 };
/** Rows 0 and 2 are in use, columns 1 and 3. */
const A = csrFromDense(dense(3, 4, new Float32Array([0, 5, 0, 7, 0, 0, 0, 0, 0, 6, 0, 0])));

Deno.test("the roofline counts A's encoding, the rows of B in use, C and the bias once each", () => {
  const bias = new Float32Array(3);
  const roof = roofline({ a: A, n: 10, epilogue: { bias } }, PEAKS);
  const csr = 4 * 4 + 3 * 8;
  assert.equal(roof.bytes, csr + 2 * 10 * 4 + 3 * 10 * 4 + 3 * 4);
  assert.equal(roof.operations, 2 * 3 * 10);
  assert.equal(roof.intensity, roof.operations / roof.bytes);
  assert.equal(roof.secondsByBytes, roof.bytes / 100);
});

Deno.test("the roofline of the transposed product is that of the product by the transpose", () => {
  const { bytes } = roofline({ a: A, n: 10, transpose: true }, PEAKS);
  assert.equal(bytes, roofline({ a: transposeCsr(A), n: 10 }, PEAKS).bytes);
});

Deno.test("f16 halves values, B and C, not the indices", () => {
  const roof = roofline({ a: A, n: 10, storage: "f16" }, PEAKS);
  assert.equal(roof.bytes, 4 * 4 + 3 * 6 + 2 * 10 * 2 + 3 * 10 * 2);
});

Deno.test("the slower of bytes and operations binds", () => {
  const a = randomCsr({ rows: 64, cols: 64, density: 1, seed: 1 });
  const slow = { bytesPerSecond: 1e9, flopsPerSecond: 1e3 };
  assert.equal(roofline({ a, n: 64 }, slow).boundBy, "operations");
  assert.equal(roofline({ a, n: 64 }, { ...slow, flopsPerSecond: 1e15 }).boundBy, "bytes");
  const roof = roofline({ a, n: 64 }, slow);
  assert.equal(roof.seconds, roof.secondsByOperations);
  assert.equal(roof.fractionOfRoofline(roof.seconds * 4), 0.25);
});

Deno.test("a smaller encoding lowers the bytes by as much", () => {
  const csr = roofline({ a: A, n: 10 }, PEAKS).bytes;
  assert.equal(roofline({ a: A, n: 10 }, PEAKS, 12).bytes, csr - (4 * 4 + 3 * 8) + 12);
});

Deno.test("the on-chip bound is there when the device knows it, and leaves the roof alone", () => {
  const roof = roofline({ a: A, n: 10 }, { ...PEAKS, onChipBytesPerSecond: 60 });
  assert.equal(roof.secondsByOnChipOperands, 3 * 10 * 4 / 60);
  assert.equal(roof.seconds, roofline({ a: A, n: 10 }, PEAKS).seconds);
  assert.equal(roofline({ a: A, n: 10 }, PEAKS).secondsByOnChipOperands, undefined);
});

Deno.test("the roofline of an empty product is zero", () => {
  const a = randomCsr({ rows: 0, cols: 0, density: 0, seed: 1 });
  const roof = roofline({ a, n: 0 }, PEAKS, 0);
  assert.deepEqual([roof.bytes, roof.intensity, roof.seconds], [0, 0, 0]);
});
