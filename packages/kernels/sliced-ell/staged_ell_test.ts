import { type Csr, powerLawRowLengths, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import fc from "fast-check";
import { type StagedEll, stagedEll } from "./staged_ell.ts";
import type { Staging } from "./staging.ts";

const staging: Staging = { blockRows: 64, vectors: 2, slots: 14 };

const matrix: fc.Arbitrary<Csr> = fc.record({
  rows: fc.nat(200),
  cols: fc.nat(90),
  density: fc.constantFrom(0, 0.01, 0.1, 0.6),
  seed: fc.nat(10000),
}).map((options) => randomCsr(options));

Deno.test("every non-zero stands in exactly one entry, with its weight and its row of B", () => {
  fc.assert(
    fc.property(matrix, (a) => {
      assert.deepEqual(entriesOf(stagedEll(a, staging), a.rows), entriesOfCsr(a));
    }),
    { seed: 1, numRuns: 80 },
  );
});

Deno.test("stages fit workgroup memory, name each row of B once, and in order", () => {
  fc.assert(
    fc.property(matrix, (a) => {
      const { blockStages, mapStarts, map } = stagedEll(a, staging);
      for (let stage = 0; stage + 1 < mapStarts.length; stage++) {
        const length = mapStarts[stage + 1] - mapStarts[stage];
        assert.ok(length > 0 && length < staging.slots);
      }
      for (let block = 0; block + 1 < blockStages.length; block++) {
        const [start, end] = [blockStages[block], blockStages[block + 1]].map((s) => mapStarts[s]);
        for (let i = start + 1; i < end; i++) assert.ok(map[i - 1] < map[i]);
      }
      assert.equal(mapStarts[mapStarts.length - 1], map.length);
    }),
    { seed: 2, numRuns: 80 },
  );
});

Deno.test("padding weighs nothing and points at the slot of zeros", () => {
  const rowLengths = powerLawRowLengths({ rows: 100, cols: 80, mean: 7, seed: 3 });
  const a = randomCsr({ rows: 100, cols: 80, rowLengths, seed: 3 });
  const { slots, weights } = stagedEll(a, staging);
  const padding = slots.reduce((count, slot) => count + (slot === staging.slots - 1 ? 1 : 0), 0);
  assert.equal(padding, slots.length - a.values.length);
  assert.ok(weights.every((weight, at) => slots[at] < staging.slots - 1 || weight === 0));
});

Deno.test("a row order fills the blocks in its order", () => {
  const a = randomCsr({ rows: 130, cols: 60, density: 0.1, seed: 4 });
  const order = Uint32Array.from({ length: 130 }, (_, slot) => (slot * 37 + 5) % 130);
  const found = entriesOf(stagedEll(a, staging, order), 130);
  assert.deepEqual(
    found,
    order.reduce<Entry[][]>((rows, row, slot) => {
      rows[slot] = entriesOfCsr(a)[row];
      return rows;
    }, []),
  );
});

type Entry = readonly [column: number, weight: number];

/** Reads the encoding as the kernel does: by slot of the row order, then stage, then step. */
function entriesOf(staged: StagedEll, rows: number): Entry[][] {
  const slices = staging.blockRows / 32;
  return Array.from({ length: rows }, (_, slot) => {
    const block = Math.floor(slot / staging.blockRows);
    const thread = slot % staging.blockRows;
    const entries: Entry[] = [];
    for (let stage = staged.blockStages[block]; stage < staged.blockStages[block + 1]; stage++) {
      const slice = stage * slices + Math.floor(thread / 32);
      for (let step = staged.sliceStarts[slice]; step < staged.sliceStarts[slice + 1]; step++) {
        const at = step * 32 + thread % 32;
        if (staged.slots[at] === staging.slots - 1) continue;
        const column = staged.map[staged.mapStarts[stage] + staged.slots[at]];
        entries.push([column, staged.weights[at]]);
      }
    }
    return entries;
  });
}

function entriesOfCsr({ rows, rowOffsets, colIndices, values }: Csr): Entry[][] {
  return Array.from({ length: rows }, (_, row) => {
    const range = Array.from(
      { length: rowOffsets[row + 1] - rowOffsets[row] },
      (_, i) => rowOffsets[row] + i,
    );
    return range.map((entry): Entry => [colIndices[entry], values[entry]]);
  });
}
