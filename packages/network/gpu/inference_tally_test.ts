import { dense } from "@spmm/formats";
import assert from "node:assert/strict";
import { type ChunkTally, InferenceTally, type TallyFacts } from "./inference_tally.ts";

/** Three stages over seven layers, of which the first is not followed by a compaction. */
const facts: TallyFacts = {
  stages: [
    { design: { endLayer: 2, edges: 10 }, compact: false },
    { design: { endLayer: 3, edges: 100 }, compact: true },
    { design: { endLayer: 7, edges: 1000 }, compact: true },
  ],
  connections: 1110,
  outputs: 2,
  retiredOutput: 32,
};

const seconds = { upload: 1, compute: 2, readback: 4, total: 0 };

const first: ChunkTally = {
  alive: [5, 3, 2],
  living: 4,
  survivors: Uint32Array.of(4, 1),
  retired: new Uint32Array(),
  retiredAt: [0, 0, 0],
  seconds,
  outputs: dense(2, 2, new Float32Array([1, 2, 3, 4])),
};

const second: ChunkTally = {
  alive: [3, 1, 1],
  living: 3,
  survivors: Uint32Array.of(2),
  retired: Uint32Array.of(0, 1),
  retiredAt: [0, 2, 0],
  seconds,
  outputs: dense(2, 1, new Float32Array([5, 6])),
};

Deno.test("survivors of all chunks stand in the order of inputs, with their outputs", () => {
  const tally = new InferenceTally(facts);
  tally.add(5, first);
  tally.add(3, second);
  const { inputs, survivors, outputs } = tally.finish(9);
  assert.equal(inputs, 8);
  assert.deepEqual([...survivors], [1, 4, 5, 6, 7]);
  assert.deepEqual([outputs?.rows, outputs?.cols], [2, 5]);
  // Those who retired have the output of the retired.
  assert.deepEqual([...outputs?.data ?? []], [2, 1, 32, 32, 5, 4, 3, 32, 32, 6]);
});

Deno.test("those who retired count as alive from where they did, and compute no more", () => {
  const tally = new InferenceTally(facts);
  tally.add(5, first);
  tally.add(3, second);
  const { alive, edges } = tally.finish(9);
  assert.deepEqual(alive, [
    { layers: 0, inputs: 7 },
    { layers: 3, inputs: 6 },
    { layers: 7, inputs: 5 },
  ]);
  assert.deepEqual(edges, { counted: 8 * 1110, executed: 8 * 110 + 4 * 1000 });
});

Deno.test("seconds add up, but for the total, which the host's clock says", () => {
  const tally = new InferenceTally(facts);
  tally.add(5, first);
  tally.add(3, second);
  assert.deepEqual(tally.finish(9).seconds, { upload: 2, compute: 4, readback: 8, total: 9 });
});

Deno.test("no chunks are no inputs, and outputs are there only where they are wanted", () => {
  const none = new InferenceTally(facts).finish(0);
  assert.deepEqual([none.inputs, none.survivors.length, none.outputs?.cols], [0, 0, 0]);
  assert.deepEqual(none.alive.map(({ inputs }) => inputs), [0, 0, 0]);
  const { outputs } = new InferenceTally({ ...facts, outputs: undefined }).finish(0);
  assert.equal(outputs, undefined);
});
