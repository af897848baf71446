import { dataRoot } from "@spmm/datasets";
import { type DeviceChoice, openDevices, rehearse } from "@spmm/runner";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { graphChallenge } from "./experiment.ts";

const missing = dataRoot() === undefined;
const suffix = missing ? " (skipped: the official network is not at hand)" : "";

async function run(device: DeviceChoice, set: Readonly<Record<string, readonly string[]>>) {
  await using open = await openDevices(device);
  return await rehearse(graphChallenge, { devices: open.devices, scale: "quick", set });
}

Deno.test(`all 120 layers on the CPU find exactly the 19 official survivors${suffix}`, {
  ignore: missing,
}, async () => {
  const { rows } = await run("cpu", { kernels: ["row-split-cpu", "csb-cpu"], layers: ["120"] });
  assert.deepEqual(rows.map(({ contender, values }) => [contender, values["survivors"]]), [
    ["row-split-cpu", 19],
    ["csb-cpu", 19],
  ]);
  const [{ values: { medianMs, teraEdgesPerSecond, inputs, layers } }] = rows;
  assert.ok(typeof medianMs === "number" && typeof teraEdgesPerSecond === "number");
  assert.deepEqual([inputs, layers], [1200, 120]);
  const edges = 1200 * 120 * 32 * 1024;
  assert.ok(Math.abs(teraEdgesPerSecond * 1e12 * medianMs / 1e3 / edges - 1) < 1e-9);
  assert.match(graphChallenge.findings(rows).join(), /^2 of 2 kernels/);
});

gpuTest(
  `30 layers in one recording on a GPU find the 10 of the last 300 inputs${suffix}`,
  async () => {
    if (missing) return;
    const set = { kernels: ["row-split"], layers: ["30"], inputs: ["300"] };
    const { rows } = await run("gpu", set);
    assert.deepEqual(rows.map(({ outcome }) => outcome), ["measured"]);
    assert.equal(rows[0].values["survivors"], 10);
  },
);

Deno.test(`too few layers find others, which is a failure without a time${suffix}`, {
  ignore: missing,
}, async () => {
  const { rows: [row], points: [point] } = await run("cpu", {
    kernels: ["row-split-cpu"],
    layers: ["2"],
  });
  assert.match(row.reason ?? "", /found \d+ survivors, official are 19/);
  assert.equal(point.state, "failed");
  assert.deepEqual([row.outcome, row.values["medianMs"]], ["failed", undefined]);
});
