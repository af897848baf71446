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

Deno.test(`every rung on the CPU finds exactly the 19 official survivors${suffix}`, {
  ignore: missing,
}, async () => {
  const { rows, points } = await run("cpu", {});
  assert.deepEqual(points.map(({ parameters }) => parameters["weights"]), ["equal", "arbitrary"]);
  const equal = rows.filter(({ values, outcome }) =>
    values["weights"] === "equal" && outcome === "measured"
  );
  assert.deepEqual(
    equal.map(({ contender, values }) => [contender, values["survivors"], values["inputs"]]),
    ["baseline", "+ pruning", "+ fusion", "+ reordering"].map((name) => [name, 19, 1200]),
  );
  const skipped = rows.find(({ contender }) => contender === "+ staging");
  assert.match(skipped?.reason ?? "", /no use of staging/);
  for (const { values, check } of equal) {
    const { medianMs, countedTeraEdges } = values;
    assert.ok(typeof medianMs === "number" && typeof countedTeraEdges === "number");
    const edges = 1200 * 120 * 32 * 1024;
    assert.ok(Math.abs(countedTeraEdges * 1e9 * medianMs / edges - 1) < 1e-9);
    assert.ok(check !== undefined && check.comparedRows >= 8 && check.worstError <= 1);
  }
  assert.match(graphChallenge.findings(rows).join(), /checked against 19 official survivors/);
});

gpuTest(
  `the default and the top of the ladder on a GPU find the official survivors${suffix}`,
  async () => {
    if (missing) return;
    const { rows } = await run("gpu", { strategies: ["ends"], weights: ["equal"] });
    for (const { outcome, values, reason } of rows) {
      if (outcome === "measured") assert.ok([10, 19].includes(Number(values["survivors"])));
      else assert.match(reason ?? "", /no use of/);
    }
    assert.equal(rows[0].outcome, "measured");
  },
);

Deno.test("rebuilt inputs and arbitrary weights are held against f64, and said to be so", async () => {
  const { rows: [row] } = await run("cpu", {
    ...{ networks: ["1024x120"], weights: ["arbitrary"], strategies: ["ends"] },
    inputs: ["mnist:40"],
  });
  assert.equal(row.outcome, "measured", row.reason);
  const { weights, inputOrigin, inputs, truth } = row.values;
  assert.deepEqual([weights, inputOrigin, inputs], ["arbitrary", "rebuilt", 40]);
  assert.equal(truth, "15 inputs in f64");
});

Deno.test("official inputs of a network that is not at hand are skipped, and why", async () => {
  const { points } = await run("cpu", { networks: ["65536x480"] });
  assert.ok(points.length === 2 && points.every(({ state }) => state === "skipped"));
  assert.match(points[0].reason ?? "", /not at hand/);
});
