import { csbFromCsr, randomCsr } from "@spmm/formats";
import fc from "fast-check";
import assert from "node:assert/strict";
import { blockLines } from "./block_lines.ts";
import { cutLines, WHOLE_LINE } from "./walk_chunks.ts";

Deno.test("cutLines() gives every block of a line to exactly one chunk, in either direction", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 300 }),
      fc.boolean(),
      fc.integer(),
      (rows, cols, bound, transpose, seed) => {
        const a = csbFromCsr(randomCsr({ rows, cols, density: 0.1, seed }), { blockSize: 32 });
        const lines = blockLines(a, transpose);
        const seen = new Uint8Array(lines.lines * lines.steps);
        for (const { line, begin, end } of cutLines(a, lines, bound).chunks) {
          for (let step = begin; step < end; step++) seen[line * lines.steps + step] += 1;
        }
        assert.ok(seen.every((times) => times === 1));
      },
    ),
    { seed: 11 },
  );
});

Deno.test("cutLines() numbers the slots of a cut line one behind the other", () => {
  const a = csbFromCsr(randomCsr({ rows: 64, cols: 320, density: 0.2, seed: 3 }), {
    blockSize: 32,
  });
  const { chunks, cut } = cutLines(a, blockLines(a, false), 500);
  assert.ok(cut.length > 0);
  for (const { line, begin, end } of cut) {
    const slots = chunks.filter((chunk) => chunk.line === line)
      .toSorted((x, y) => x.begin - y.begin).map(({ slot }) => slot);
    assert.deepEqual(slots, Array.from({ length: end - begin }, (_, i) => begin + i));
  }
});

Deno.test("cutLines() leaves lines within the bound whole", () => {
  const a = csbFromCsr(randomCsr({ rows: 64, cols: 64, density: 0.2, seed: 3 }), {
    blockSize: 32,
  });
  const { chunks, cut } = cutLines(a, blockLines(a, true), Infinity);
  assert.deepEqual(cut, []);
  assert.ok(chunks.every(({ slot }) => slot === WHOLE_LINE));
});
