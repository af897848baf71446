import assert from "node:assert/strict";
import { stepsPerPart } from "./steps_per_part.ts";

/** An H200 runs as many threads at a time. */
const THREADS_OF_A_LARGE_GPU = 132 * 2048;

Deno.test("carry-outs stay below half of C where that leaves a large GPU busy", () => {
  const [rows, nonZeros, threads] = [100_000, 5_000_000, 256];
  const parts = (rows + nonZeros) / stepsPerPart(rows, nonZeros, threads);
  assert.ok(2 * parts <= rows / 2, `${parts} parts`);
  assert.ok(parts * threads >= THREADS_OF_A_LARGE_GPU, `${parts} parts`);
});

Deno.test("a few long rows are cut finely enough to fill a large GPU", () => {
  const [rows, nonZeros, threads] = [4, 1_000_000, 32];
  const parts = (rows + nonZeros) / stepsPerPart(rows, nonZeros, threads);
  assert.ok(parts * threads > 0.9 * THREADS_OF_A_LARGE_GPU, `${parts} parts`);
});

Deno.test("a small matrix is not cut into crumbs", () => {
  assert.ok(stepsPerPart(100, 1000, 32) >= 64);
  assert.ok(stepsPerPart(1, 0, 1) >= 64);
});

Deno.test("a part is a whole number of steps", () => {
  assert.ok(Number.isInteger(stepsPerPart(12_345, 678_901, 96)));
});
