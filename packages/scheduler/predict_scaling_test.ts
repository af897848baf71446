import assert from "node:assert/strict";
import { SchedulerError } from "./errors.ts";
import { predictScaling, type ScalingParts } from "./predict_scaling.ts";

const parts: ScalingParts = {
  inputs: 60_000,
  secondsPerInput: 5e-6,
  imbalance: 0,
  secondsPerRange: 0,
  rangesPerGpu: 1,
  secondsPerMessage: 0,
  shareSeconds: 0,
  loadSeconds: 0,
  broadcastSeconds: 0,
  gpusPerMachine: 8,
};

Deno.test("without overheads, GPUs that divide the inputs scale perfectly", () => {
  const { predictions } = predictScaling(parts, [1, 8, 96]);
  for (const { efficiency, endToEndEfficiency } of predictions) {
    assert.ok(Math.abs(efficiency - 1) < 1e-12 && Math.abs(endToEndEfficiency - 1) < 1e-12);
  }
});

Deno.test("imbalance costs its part on several GPUs, and nothing on one", () => {
  const { predictions: [one, eight] } = predictScaling({ ...parts, imbalance: 0.25 }, [1, 8]);
  assert.equal(one.efficiency, 1);
  assert.ok(Math.abs(eight.efficiency - 0.8) < 1e-12);
});

Deno.test("messages grow with the GPUs, and more GPUs than inputs send none", () => {
  const { predictions } = predictScaling({ ...parts, inputs: 10, secondsPerMessage: 1 }, [5, 768]);
  assert.deepEqual(predictions.map(({ gatherSeconds }) => gatherSeconds), [5, 10]);
});

Deno.test("loading is once a machine, and a broadcast takes a step for each doubling", () => {
  const { predictions } = predictScaling(
    { ...parts, shareSeconds: 10, loadSeconds: 1, broadcastSeconds: 2 },
    [8, 16, 768],
  );
  assert.deepEqual(predictions.map(({ loadSeconds }) => loadSeconds), [11, 13, 25]);
});

Deno.test("predictions from 8 to 768 GPUs come with their assumptions", () => {
  const { predictions, assumptions } = predictScaling(parts);
  assert.deepEqual([predictions[0].gpus, predictions.at(-1)?.gpus], [8, 768]);
  assert.ok(assumptions.length > 3 && assumptions.every((line) => line.endsWith(".")));
});

Deno.test("parts that are no numbers from 0 are refused by name", () => {
  assert.throws(() => predictScaling({ ...parts, loadSeconds: NaN }), /loadSeconds/);
  assert.throws(() => predictScaling(parts, [0]), SchedulerError);
});
