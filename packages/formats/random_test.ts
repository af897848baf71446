import assert from "node:assert/strict";
import { checkCsr } from "./csr.ts";
import { FormatError } from "./errors.ts";
import { powerLawRowLengths, randomCsr, randomDense, randomSource } from "./random.ts";

Deno.test("a seed determines everything drawn from it", () => {
  const options = { rows: 40, cols: 50, density: 0.2, seed: 5 };
  assert.deepEqual(randomCsr(options), randomCsr(options));
  assert.notDeepEqual(randomCsr(options), randomCsr({ ...options, seed: 6 }));
  assert.notDeepEqual(randomDense(3, 3, 1), randomDense(3, 3, 2));
});

Deno.test("randomSource() spreads its numbers evenly", () => {
  const random = randomSource(3);
  const counts = new Uint32Array(16);
  for (let i = 0; i < 160_000; i++) counts[random.below(16)]++;
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${count}`);
});

Deno.test("randomCsr() keeps its invariants and comes near the density asked for", () => {
  for (const density of [0, 0.001, 0.05, 0.5, 0.99, 1]) {
    const a = randomCsr({ rows: 300, cols: 400, density, seed: 11 });
    checkCsr(a);
    assert.ok(Math.abs(a.values.length - density * 120_000) <= 1200, `${density}`);
  }
});

Deno.test("randomCsr() gives every row the length asked for", () => {
  const rowLengths = [0, 1, 2, 29, 30, 31, 99, 100];
  const a = randomCsr({ rows: 8, cols: 100, rowLengths, seed: 12 });
  checkCsr(a);
  rowLengths.forEach((length, row) => {
    assert.equal(a.rowOffsets[row + 1] - a.rowOffsets[row], length);
  });
});

Deno.test("randomCsr() draws values of both signs, never near zero, hardly ever the same", () => {
  const { values } = randomCsr({ rows: 100, cols: 100, density: 0.5, seed: 13 });
  const magnitudes = values.map(Math.abs);
  assert.ok(magnitudes.every((value) => value >= 0.25 && value < 1.25));
  assert.ok(values.some((value) => value < 0) && values.some((value) => value > 0));
  assert.ok(new Set(values).size > 0.99 * values.length);
});

Deno.test("randomCsr() refuses densities and lengths that make no sense", () => {
  const shape = { rows: 2, cols: 4, seed: 1 };
  for (const density of [-0.1, 1.1, NaN]) {
    assert.throws(() => randomCsr({ ...shape, density }), FormatError);
  }
  for (const rowLengths of [[1], [1, 5], [1, -1], [1, 0.5]]) {
    assert.throws(() => randomCsr({ ...shape, rowLengths }), FormatError);
  }
  assert.throws(() => randomCsr({ ...shape, rows: -1, density: 0.5 }), FormatError);
});

Deno.test("powerLawRowLengths() is uneven, capped and near the mean asked for", () => {
  const lengths = powerLawRowLengths({ rows: 1000, cols: 500, mean: 8, seed: 14 });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  assert.equal(Math.max(...lengths), 500);
  assert.ok(total > 4000 && total < 9000, `${total}`);
  assert.ok(lengths.filter((length) => length < 8).length > 700);
});
