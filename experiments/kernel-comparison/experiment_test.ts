import { openDevices, QUICK_SAMPLING, rehearse } from "@spmm/runner";
import assert from "node:assert/strict";
import { kernelComparison } from "./experiment.ts";

Deno.test("kernels on the CPU are compared over the sample, each result checked", async () => {
  await using open = await openDevices("cpu");
  const { rows, points } = await rehearse(kernelComparison, {
    devices: open.devices,
    scale: "quick",
    set: { n: ["16"], kernels: ["row-split-cpu", "auto"] },
    sampling: { ...QUICK_SAMPLING, samples: 2, warmSeconds: 0 },
  });
  assert.ok(points.length >= 6 && points.every(({ state }) => state === "measured"));
  assert.deepEqual(
    new Set(rows.map(({ contender }) => contender)),
    new Set(["row-split-cpu", "auto-cpu"]),
  );
  for (const { values, samples, check } of rows) {
    assert.equal(values["spreadUs"], undefined, "two samples have no spread");
    assert.equal(samples?.["kernel"].length, 2);
    assert.ok(check !== undefined && check.comparedRows > 0);
  }
  const tables = kernelComparison.tables(rows);
  assert.deepEqual(tables.map(({ rows }) => rows.length), [rows.length / 2, 2]);
  const [answer, auto, origins] = kernelComparison.findings(rows);
  assert.match(answer, /^Fastest over \d+ matrices .*: row-split-cpu \(/);
  assert.match(auto, /^auto takes \d+\.\d\d × the time of the best of the families/);
  assert.match(origins, /DLMC/);
});

Deno.test("widths are measured on the sample, in f32, with kernels by rows and by blocks", async () => {
  await using open = await openDevices("cpu");
  const { rows } = await rehearse(kernelComparison, {
    devices: open.devices,
    scale: "quick",
    set: { n: ["32"], widths: ["9", "33"], kernels: ["row-split-cpu", "csb-cpu"] },
    sampling: { ...QUICK_SAMPLING, samples: 1, warmSeconds: 0 },
  });
  const ofWidths = rows.filter(({ parameters }) => parameters["study"] === "widths");
  assert.equal(ofWidths.length, rows.length / 3 * 2);
  const tables = kernelComparison.tables(rows);
  assert.deepEqual(tables.map(({ rows }) => rows.length), [rows.length / 6, 2, 4]);
  assert.match(kernelComparison.findings(rows).join("\n"), /csb-cpu -?\d+ % \(\d+ against 32\)/);
});

Deno.test("tables are of kept rows as they were of new ones", async () => {
  await using open = await openDevices("cpu");
  const set = { n: ["8"], kernels: ["csb-cpu"] };
  const { rows } = await rehearse(kernelComparison, { devices: open.devices, scale: "quick", set });
  const kept = JSON.parse(JSON.stringify(rows));
  assert.deepEqual(kernelComparison.tables(kept), kernelComparison.tables(rows));
  assert.ok(rows.length > 0);
});
