import { randomCsr } from "@spmm/formats";
import { kernels } from "@spmm/registry";
import { openDevices, QUICK_SAMPLING, rehearse } from "@spmm/runner";
import assert from "node:assert/strict";
import { transpose } from "./experiment.ts";
import { transposeRows } from "./measure_transpose.ts";
import { oneEncoding, twoCopies } from "./ways.ts";

const sampling = { ...QUICK_SAMPLING, samples: 2, warmSeconds: 0 };

Deno.test("both directions of the sample are measured and checked on the CPU", async () => {
  await using open = await openDevices("cpu");
  const { rows, points } = await rehearse(transpose, {
    devices: open.devices,
    scale: "quick",
    set: { n: ["8"] },
    sampling,
  });
  assert.ok(points.length >= 5 && points.every(({ state }) => state === "measured"));
  const measured = rows.filter(({ outcome }) => outcome === "measured");
  assert.deepEqual(
    new Set(measured.map(({ contender }) => contender)),
    new Set([
      "csb-cpu, one encoding",
      "row-split-cpu, kept copy",
      "row-split-cpu, converted",
    ]),
  );
  for (const { check, samples } of measured) {
    assert.ok(check !== undefined && check.comparedRows > 0);
    assert.deepEqual([samples?.["forward"].length, samples?.["backward"].length], [2, 2]);
  }
  const skipped = rows.filter(({ contender }) => contender === "scatter");
  assert.ok(
    skipped.length === points.length && skipped.every(({ outcome }) => outcome === "skipped"),
  );
  assert.match(transpose.findings(rows).join("\n"), /One CSB encoding keeps [56]\.\d+ bytes/);
  assert.equal(transpose.figures(rows).length, 3);
});

Deno.test("one encoding is on the device once, a kept copy twice, on every device there is", async () => {
  await using open = await openDevices("auto");
  const a = randomCsr({ rows: 512, cols: 256, density: 0.2, seed: 1 });
  const entries = open.devices.map((device) => ({
    device,
    kernels: [
      oneEncoding(device),
      twoCopies(kernels.get(device.kind === "webgpu" ? "sliced-k+swizzle" : "row-split-cpu")),
    ],
  }));
  const rows = await transposeRows(
    { matrix: "r", source: "generated", a, n: 8 },
    entries,
    sampling,
  );
  for (const { device } of entries) {
    const own = rows.filter((row) => row.device === device.name && row.outcome === "measured");
    assert.equal(own.length, 3);
    const [one, kept, converted] = own.map(({ values }) => values.bytesPerNonZero ?? NaN);
    // On a GPU an entry knows its ranks both ways, where on a CPU its place in its block does.
    const [least, most] = device.kind === "webgpu" ? [8, 8.6] : [5, 6.4];
    assert.ok(one > least && one < most, `${one}`);
    assert.ok(kept > 16 && kept < 17.2, `${kept}`);
    assert.ok(converted > 8 && converted < 8.6, `${converted}`);
  }
});

Deno.test("a matrix that lost all its weights is skipped, and why", async () => {
  await using open = await openDevices("cpu");
  const a = randomCsr({ rows: 8, cols: 8, density: 0, seed: 1 });
  const entries = open.devices.map((device) => ({ device, kernels: [oneEncoding(device)] }));
  const rows = await transposeRows({ matrix: "z", source: "file", a, n: 8 }, entries, sampling);
  assert.deepEqual(rows.map(({ outcome, reason }) => [outcome, reason]), [
    ["skipped", "it lost all its weights"],
  ]);
});
