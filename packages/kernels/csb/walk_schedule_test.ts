import { randomCsr } from "@spmm/formats";
import { LARGE_LIMITS } from "@spmm/webgpu/conformance";
import fc from "fast-check";
import assert from "node:assert/strict";
import { csbSchedule } from "./walk_schedule.ts";

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

Deno.test("csbSchedule() hands every non-zero to one chunk, however fine the chunks", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 300 }),
      fc.boolean(),
      fc.integer(),
      (rows, cols, chunkNonZeros, transpose, seed) => {
        const a = randomCsr({ rows, cols, density: 0.1, seed });
        const problem = { a, n: 8, transpose };
        const { nonZeros, steps, strands } = csbSchedule(problem, LARGE_LIMITS, { chunkNonZeros });
        assert.equal(total(nonZeros), a.values.length);
        assert.deepEqual(nonZeros, nonZeros.toSorted((x, y) => y - x));
        for (const [chunk, count] of nonZeros.entries()) {
          assert.ok(steps[chunk] <= count && steps[chunk] * strands >= count);
        }
      },
    ),
    { seed: 12 },
  );
});

Deno.test("csbSchedule() cuts a heavy block row, and leaves it whole where nothing is cut", () => {
  const rowLengths = Uint32Array.from({ length: 96 }, (_, row) => row < 32 ? 400 : 4);
  const a = randomCsr({ rows: 96, cols: 640, rowLengths, seed: 5 });
  const cut = csbSchedule({ a, n: 64 }, LARGE_LIMITS);
  const whole = csbSchedule({ a, n: 64 }, LARGE_LIMITS, { chunkNonZeros: Infinity });
  assert.deepEqual([cut.cutLines, whole.cutLines], [1, 0]);
  assert.deepEqual(whole.nonZeros, [12_800, 128, 128]);
  assert.ok(cut.nonZeros[0] <= 2048 && cut.nonZeros.length > 3);
});

Deno.test("csbSchedule() has the strands of a stage wait for the longest", () => {
  const rowLengths = Uint32Array.from({ length: 32 }, (_, row) => row === 0 ? 100 : 0);
  const first = randomCsr({ rows: 32, cols: 128, rowLengths, seed: 1 });
  const alone = csbSchedule({ a: first, n: 128 }, LARGE_LIMITS);
  assert.deepEqual([alone.steps, alone.strands], [[100], 8]);
  const even = randomCsr({ rows: 32, cols: 128, rowLengths: rowLengths.fill(20), seed: 1 });
  assert.deepEqual(csbSchedule({ a: even, n: 128 }, LARGE_LIMITS).steps, [80]);
});
