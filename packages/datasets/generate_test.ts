import assert from "node:assert/strict";
import { checkCsr } from "@spmm/formats";
import { bandedMatrix, generateDlmcLike, powerLawMatrix, rmatMatrix } from "./generate.ts";

Deno.test("generated matrices are valid, and the same for the same seed", () => {
  const makers = [
    (seed: number) => bandedMatrix(50, 3, seed),
    (seed: number) => rmatMatrix(8, 2000, seed),
    (seed: number) => powerLawMatrix(60, 40, 5, seed),
  ];
  for (const make of makers) {
    checkCsr(make(1));
    assert.deepEqual(make(1), make(1));
    assert.notDeepEqual(make(1), make(2));
  }
});

Deno.test("a band wider than the matrix fills it", () => {
  assert.equal(bandedMatrix(4, 9, 1).values.length, 16);
});

Deno.test("the set in place of DLMC covers its sparsities and says that it is generated", () => {
  const set = generateDlmcLike(1);
  for (const { name, origin, matrix } of set) {
    checkCsr(matrix);
    assert.equal(origin, "generated");
    const sparsity = 1 - matrix.values.length / (matrix.rows * matrix.cols);
    assert.ok(Math.abs(sparsity - Number(name.split("/")[2])) < 1e-4, name);
  }
});
