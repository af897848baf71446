import {
  openInputs,
  openNetwork,
  parseInputSource,
  parseNetworkSource,
  referenceInference,
} from "@spmm/network";
import { AxisError, measuredRows, openDevices, rehearse } from "@spmm/runner";
import assert from "node:assert/strict";
import { multiGpuScaling } from "./experiment.ts";

Deno.test("stand-ins are measured, one and two, and give the survivors of the reference", async () => {
  await using open = await openDevices("cpu");
  const { rows, points } = await rehearse(multiGpuScaling, {
    devices: open.devices,
    scale: "quick",
    set: { networks: ["1024x3"], inputs: ["40"], gpus: ["2", "1"] },
  });
  assert.deepEqual(points.map(({ state, reason }) => [state, reason]), [["measured", undefined]]);
  assert.deepEqual(rows.map(({ contender }) => contender), [
    ...["1 × static", "2 × static", "2 × speed", "2 × dynamic"],
  ]);
  const network = await openNetwork(await parseNetworkSource("radix:1024x3"));
  const inputs = await openInputs(parseInputSource("mnist:40", network), network);
  const [matrix] = await Array.fromAsync(inputs.chunks());
  const { survivors } = referenceInference(network, matrix);
  for (const { values, samples } of measuredRows(rows)) {
    assert.equal(values["survivors"], survivors.length);
    assert.equal(values["standIn"], true);
    assert.ok((samples?.["run"].length ?? 0) >= 5);
  }
  assert.match(multiGpuScaling.findings(rows).join("\n"), /Stand-ins on the CPU share its cores/);
});

Deno.test("a network that there is not is refused before anything starts", () => {
  assert.throws(
    () => multiGpuScaling.check({ scale: "full", set: { networks: ["100x3"] } }),
    AxisError,
  );
});
