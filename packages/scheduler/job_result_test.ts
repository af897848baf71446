import assert from "node:assert/strict";
import { answerOf, combineAnswers } from "./job_result.ts";

const seconds = { upload: 1, compute: 2, readback: 3, total: 6 };
const edges = { counted: 10, executed: 4 };

Deno.test("survivors are numbered among all inputs and put in their order", () => {
  const answers = [{ first: 70, survivors: [1, 3] }, { first: 64, survivors: [0] }].map(
    ({ first, survivors }) =>
      answerOf({ first, end: first + 6 }, {
        inputs: 6,
        survivors: Uint32Array.from(survivors),
        alive: [{ layers: 0, inputs: 6 }],
        seconds,
        edges,
      }),
  );
  const result = combineAnswers(answers);
  assert.deepEqual([...result.survivors], [64, 71, 73]);
  assert.deepEqual(result.ranges, [{ first: 64, end: 76 }]);
  assert.deepEqual(result.alive, [{ layers: 0, inputs: 12 }]);
  assert.deepEqual(result.seconds, { upload: 2, compute: 4, readback: 6, total: 12 });
  assert.deepEqual(result.edges, { counted: 20, executed: 8 });
});

Deno.test("only layers at which every worker has looked add up", () => {
  const answer = (first: number, layers: readonly number[]) => ({
    first,
    end: first + 1,
    survivors: [],
    alive: layers.map((layer) => ({ layers: layer, inputs: layer + 1 })),
    seconds,
    edges,
  });
  const { alive } = combineAnswers([answer(0, [0, 4, 8]), answer(1, [0, 8])]);
  assert.deepEqual(alive, [{ layers: 0, inputs: 2 }, { layers: 8, inputs: 18 }]);
});

Deno.test("no answers are an empty result", () => {
  const result = combineAnswers([]);
  assert.deepEqual([result.inputs, result.survivors.length, result.ranges.length], [0, 0, 0]);
});
