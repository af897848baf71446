import { randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { peerRows } from "./peers.ts";

const a = randomCsr({ rows: 8, cols: 4, density: 0.5, seed: 1 });
const times = new Map([
  ["sputnik_f32", 10],
  ["transposed_sputnik_on_kept_transpose", 11],
  ["transposed_conversion_on_gpu", 100],
  ["cusparse_csr_f32", 20],
]);
const peers = { gpu: "a GPU", matrices: [{ name: "m/x/0.5/y", times: new Map([[256, times]]) }] };

Deno.test("peers that have both directions become rows, a stand-in's too", () => {
  const rows = peerRows(peers, { matrix: "stand-in for m/x/0.5/y", source: "stand-in", a, n: 256 });
  assert.deepEqual(rows.map(({ contender, device }) => [contender, device]), [
    ["Sputnik, kept copy", "a GPU"],
    ["Sputnik, converted", "a GPU"],
  ]);
  const [kept, converted] = rows.map(({ values }) => values);
  assert.deepEqual([kept.published, kept.backwardOverForward, kept.convertMs], [
    true,
    1.1,
    undefined,
  ]);
  assert.equal(kept.keptBytes, 16 * a.values.length + 4 * (9 + 5));
  assert.deepEqual([converted.convertMs, converted.peakBytes], [0.1, kept.keptBytes]);
});

Deno.test("a matrix or an n that peers lack has no rows", () => {
  assert.deepEqual(peerRows(peers, { matrix: "m/x/0.5/y", source: "file", a, n: 64 }), []);
  assert.deepEqual(peerRows(peers, { matrix: "other", source: "file", a, n: 256 }), []);
});
