import { dataRoot } from "@spmm/datasets";
import { type DeviceChoice, openDevices, QUICK_SAMPLING } from "@spmm/runner";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { graphChallenge } from "./experiment.ts";

const missing = dataRoot() === undefined;
const suffix = missing ? " (skipped: the official network is not at hand)" : "";
async function run(device: DeviceChoice, kernels: readonly string[], layers: string) {
  await using open = await openDevices(device);
  return await graphChallenge.run({
    devices: open.devices,
    scale: "quick",
    set: { kernels, layers: [layers] },
    sampling: QUICK_SAMPLING,
    progress: () => {},
  });
}

Deno.test(`all 120 layers on the CPU find exactly the 19 official survivors${suffix}`, {
  ignore: missing,
}, async () => {
  const { series, failures } = await run("cpu", ["row-split-cpu", "csb-cpu"], "120");
  assert.deepEqual(failures, []);
  const [{ records }] = series;
  assert.deepEqual(records.map(({ kernel, survivors }) => [kernel, survivors]), [
    ["row-split-cpu", 19],
    ["csb-cpu", 19],
  ]);
  const [{ medianMs, teraEdgesPerSecond, inputs, layers }] = records;
  assert.ok(typeof medianMs === "number" && typeof teraEdgesPerSecond === "number");
  assert.deepEqual([inputs, layers], [1200, 120]);
  const edges = 1200 * 120 * 32 * 1024;
  assert.ok(Math.abs(teraEdgesPerSecond * 1e12 * medianMs / 1e3 / edges - 1) < 1e-9);
});

gpuTest(`30 layers in one recording on a GPU find the 19 as well${suffix}`, async () => {
  if (missing) return;
  const { series, failures } = await run("gpu", ["row-split"], "30");
  assert.deepEqual(failures, []);
  assert.equal(series[0].records[0]["survivors"], 19);
});

Deno.test(`too few layers find others, which is a failure without a time${suffix}`, {
  ignore: missing,
}, async () => {
  const { series, failures } = await run("cpu", ["row-split-cpu"], "2");
  assert.match(failures.join(), /row-split-cpu on .*: found \d+ survivors, official are 19/);
  const [record] = series[0].records;
  assert.equal(record["outcome"], "failed");
  assert.equal(record["medianMs"], undefined);
});
