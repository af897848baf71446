import assert from "node:assert/strict";
import { choiceAxis, countAxis } from "./axis.ts";
import { AxisError } from "./errors.ts";
import { experiment } from "./experiment.ts";

const subject = experiment({
  name: "subject",
  question: "What are the axes?",
  axes: {
    n: countAxis("columns", { quick: [1], full: [1, 2] }),
    storage: choiceAxis("storage", ["f32", "f16"], { quick: ["f32"], full: ["f32", "f16"] }),
  },
  points: ({ axes }) =>
    axes.n.flatMap((n) =>
      axes.storage.map((storage) => ({
        parameters: { n, storage },
        measure: () => Promise.resolve([]),
      }))
    ),
  tables: () => [],
});

Deno.test("axes have the values of the scale, and those set instead where any are", async () => {
  const quick = await subject.points({ devices: [], scale: "quick", set: {} });
  const full = await subject.points({ devices: [], scale: "full", set: { n: ["7"] } });
  assert.deepEqual(quick.map(({ parameters }) => parameters), [{ n: 1, storage: "f32" }]);
  assert.deepEqual(full.map(({ parameters }) => parameters), [
    { n: 7, storage: "f32" },
    { n: 7, storage: "f16" },
  ]);
});

Deno.test("an axis that there is not, or a value it cannot take, is refused before anything is measured", async () => {
  for (const set of [{ m: ["1"] }, { n: ["0"] }, { n: ["1", "two"] }, { storage: ["f64"] }]) {
    await assert.rejects(subject.points({ devices: [], scale: "quick", set }), AxisError);
  }
});

Deno.test("an experiment that draws and finds nothing says so with empty lists", () => {
  assert.deepEqual([subject.figures([]), subject.findings([])], [[], []]);
});
