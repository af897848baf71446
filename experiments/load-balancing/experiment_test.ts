import { openDevices, QUICK_SAMPLING, rehearse } from "@spmm/runner";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { CONTENDERS } from "./contenders.ts";
import { loadBalancing } from "./experiment.ts";

Deno.test("without a GPU there is one point, skipped with its reason", async () => {
  const points = await loadBalancing.points({ devices: [], scale: "quick", set: {} });
  assert.deepEqual(points.map(({ skip }) => skip), ["no GPU is open"]);
});

gpuTest("every contender is checked and timed on matrices from even to uneven", async () => {
  await using open = await openDevices("gpu");
  const { rows, points } = await rehearse(loadBalancing, {
    devices: open.devices,
    scale: "quick",
    set: { scale: ["7"], mean: ["8"], n: ["8"] },
    sampling: { ...QUICK_SAMPLING, samples: 2, warmSeconds: 0 },
  });
  assert.ok(points.length >= 5 && points.every(({ state }) => state === "measured"));
  assert.equal(rows.length, points.length * CONTENDERS.length);
  for (const { check, values } of rows) {
    assert.ok(check !== undefined && check.comparedRows > 0);
    assert.ok(Number(values["workImbalance"]) >= 1);
  }
  const kept = JSON.parse(JSON.stringify(rows));
  assert.deepEqual(loadBalancing.tables(kept), loadBalancing.tables(rows));
});
