import { openDevices, QUICK_SAMPLING } from "@spmm/runner";
import assert from "node:assert/strict";
import { kernelComparison } from "./experiment.ts";

Deno.test("kernels on the CPU are compared over the sample, each result checked", async () => {
  await using open = await openDevices("cpu");
  const { tables, series, notes, failures } = await kernelComparison.run({
    devices: open.devices,
    scale: "quick",
    set: { n: ["16"], kernels: ["row-split-cpu", "auto"] },
    sampling: { ...QUICK_SAMPLING, samples: 2, warmSeconds: 0 },
    progress: () => {},
  });
  assert.deepEqual(failures, []);
  const [{ name, records }] = series;
  assert.equal(name, "times");
  assert.ok(records.length >= 12 && records.every(({ outcome }) => outcome === "measured"));
  assert.deepEqual(
    new Set(records.map(({ kernel }) => kernel)),
    new Set(["row-split-cpu", "auto-cpu"]),
  );
  assert.ok(records.every(({ spreadUs }) => spreadUs === undefined), "two samples have no spread");
  assert.deepEqual(tables.map(({ rows }) => rows.length), [records.length / 2, 2]);
  assert.match(notes.join(), /DLMC/);
});
