import assert from "node:assert/strict";
import { choiceAxis, countAxis } from "./axis.ts";
import { AxisError } from "./errors.ts";
import { experiment } from "./experiment.ts";
import { QUICK_SAMPLING } from "./sampling.ts";

const seen: unknown[] = [];
const subject = experiment({
  name: "subject",
  question: "What are the axes?",
  axes: {
    n: countAxis("columns", { quick: [1], full: [1, 2] }),
    storage: choiceAxis("storage", ["f32", "f16"], { quick: ["f32"], full: ["f32", "f16"] }),
  },
  run({ axes }) {
    seen.push(axes);
    return Promise.resolve({ tables: [], series: [], notes: [], failures: [] });
  },
});
const request = { devices: [], sampling: QUICK_SAMPLING, progress: () => {} };

Deno.test("axes have the values of the scale, and those set instead where any are", async () => {
  seen.length = 0;
  await subject.run({ ...request, scale: "quick", set: {} });
  await subject.run({ ...request, scale: "full", set: { n: ["7", "9"] } });
  assert.deepEqual(seen, [
    { n: [1], storage: ["f32"] },
    { n: [7, 9], storage: ["f32", "f16"] },
  ]);
});

Deno.test("an axis that there is not, or a value it cannot take, is refused before anything runs", async () => {
  seen.length = 0;
  for (const set of [{ m: ["1"] }, { n: ["0"] }, { n: ["1", "two"] }, { storage: ["f64"] }]) {
    await assert.rejects(subject.run({ ...request, scale: "quick", set }), AxisError);
  }
  assert.deepEqual(seen, []);
});
