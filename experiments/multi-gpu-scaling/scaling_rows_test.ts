import assert from "node:assert/strict";
import { scalingRows } from "./scaling_rows.ts";
import { madeUpMeasurement, madeUpRequest } from "./test_rows.ts";

const rows = scalingRows(madeUpRequest(), madeUpMeasurement());

Deno.test("the parts of a worker's time add up to the run in the middle", () => {
  for (const { values } of rows) {
    const { computeMs = 0, uploadMs = 0, readbackMs = 0, hostMs = 0 } = values;
    const { waitMs = 0, gatherMs = 0, runMs = NaN } = values;
    const sum = computeMs + uploadMs + readbackMs + hostMs + waitMs + gatherMs;
    assert.ok(Math.abs(sum - runMs) < 1e-6 * runMs, `${sum} of ${runMs}`);
  }
});

Deno.test("times are medians, parts are of a worker, messages of all", () => {
  const [one, , four] = rows;
  assert.equal(Math.round(one.values.runMs ?? NaN), 2212);
  assert.equal(Math.round(four.values.computeMs ?? NaN), 450);
  assert.ok(Math.abs((four.values.messageMs ?? NaN) - 0.25) < 1e-9);
  assert.equal(Math.round(four.values.endToEndSeconds ?? NaN), 66);
  assert.deepEqual(Object.keys(four.samples ?? {}), [
    "run",
    "busy 0",
    "busy 1",
    "busy 2",
    "busy 3",
  ]);
  assert.equal(four.samples?.["run"].length, 5);
});

Deno.test("a worker that got no input counts as one that waits", () => {
  const measurement = madeUpMeasurement();
  const [{ samples: [sample] }] = measurement.runs;
  const runs = [{ workers: 2, partition: "static", samples: [sample] }] as const;
  const [{ values }] = scalingRows(madeUpRequest(), { ...measurement, runs });
  assert.equal(values.meanBusyMs, (values.slowestBusyMs ?? NaN) / 2);
});
