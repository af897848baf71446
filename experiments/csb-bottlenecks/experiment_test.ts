import { openDevices, QUICK_SAMPLING, rehearse } from "@spmm/runner";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { csbBottlenecks } from "./experiment.ts";
import { VARIANTS } from "./variants.ts";

Deno.test("without a GPU there is one point, skipped with its reason", async () => {
  const points = await csbBottlenecks.points({ devices: [], scale: "quick", set: {} });
  assert.deepEqual(points.map(({ skip }) => skip), ["no GPU is open"]);
});

gpuTest("every variant is checked and timed on the sample, and taken apart", async () => {
  await using open = await openDevices("gpu");
  const { rows, points } = await rehearse(csbBottlenecks, {
    devices: open.devices,
    scale: "quick",
    set: { n: ["8"] },
    sampling: { ...QUICK_SAMPLING, samples: 2, warmSeconds: 0 },
  });
  assert.ok(points.length >= 4 && points.every(({ state }) => state === "measured"));
  for (const { check, values } of rows) {
    const isProduct = values["role"] !== "launch" && values["role"] !== "workgroups";
    assert.equal(check !== undefined && check.comparedRows > 0, isProduct);
  }
  assert.equal(rows.length, points.length * (VARIANTS.length + 2));
  const [whole, unpacked, scratch] = ["whole", "unpacked", "scratch"].map((role) =>
    rows.filter(({ values }) => values["role"] === role)
  );
  for (const own of [whole, unpacked, scratch]) assert.equal(own.length, points.length);
  assert.ok(scratch.every(({ values }) => Number(values["unpackedBytes"]) > 0));
  for (const { values } of unpacked) {
    assert.equal(Number(values["unpackedBytes"]) === 0, values["unpackTo"] === "workgroup");
  }
  const kept = JSON.parse(JSON.stringify(rows));
  assert.deepEqual(csbBottlenecks.tables(kept), csbBottlenecks.tables(rows));
  assert.equal(csbBottlenecks.tables(rows)[0].rows.length, points.length);
});
