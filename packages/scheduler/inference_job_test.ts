import { findData } from "@spmm/datasets";
import {
  type Inference,
  type InputSource,
  type NetworkSource,
  openInputs,
  openNetwork,
  parseNetworkSource,
  planNetwork,
} from "@spmm/network";
import type { Device } from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { openGpu } from "@spmm/webgpu";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { inferenceJob, type InferenceWishes } from "./inference_job.ts";
import type { JobResult } from "./job_result.ts";
import { runJob, withCrew } from "./run_job.ts";
import type { EngineName, RunJobOptions } from "./run_options.ts";

const network = await parseNetworkSource("radix:1024x24");
const SMALL: InferenceWishes = {
  network,
  inputs: { kind: "rebuilt", neurons: 1024, first: 300, count: 150 },
};

const root = findData("graph-challenge/neuron1024");
const missing = root === undefined ? " (skipped: graph-challenge/neuron1024 is missing)" : "";
const folder = `${root}/graph-challenge`;
const OFFICIAL: InferenceWishes = {
  network: { kind: "official", folder, neurons: 1024, layers: 120 },
  inputs: { kind: "official", folder, neurons: 1024 },
};

/** The same inputs through one plan in this process. */
async function alone(
  from: { readonly network: NetworkSource; readonly inputs: InputSource },
  device: Device,
): Promise<Inference> {
  const network = await openNetwork(from.network);
  const inputs = await openInputs(from.inputs, network);
  await using plan = await planNetwork(network, device);
  return await plan.infer(inputs.chunks());
}

async function run(
  wishes: InferenceWishes,
  engine: EngineName,
  options: RunJobOptions,
): Promise<JobResult> {
  const result = await runJob(await inferenceJob(wishes), engine, options);
  assert.ok(result);
  assert.deepEqual(result.report.faults, []);
  return result;
}

function assertSame(actual: JobResult, expected: Inference): void {
  assert.deepEqual(actual.survivors, expected.survivors);
  assert.equal(actual.inputs, expected.inputs);
  assert.equal(actual.edges.counted, expected.edges.counted);
}

Deno.test("a job is plain JSON, and counts its inputs", async () => {
  const job = await inferenceJob({ ...SMALL, keepInputs: true });
  assert.deepEqual(JSON.parse(JSON.stringify(job)), job);
  assert.deepEqual([job.name, job.inputs], ["1024x24", 150]);
  const all = { kind: "rebuilt", neurons: 1024, first: 10 } as const;
  assert.equal((await inferenceJob({ network, inputs: all, count: 59_990 })).inputs, 59_990);
});

Deno.test("one worker and three on the CPU find what one plan finds", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const expected = await alone(SMALL, cpu);
  assert.ok(expected.survivors.length > 0 && expected.survivors.length < expected.inputs);
  assertSame(await run(SMALL, "single", { devices: "cpu" }), expected);
  for (const kind of ["static", "dynamic"] as const) {
    const result = await run(SMALL, "local", { devices: "cpu:3", partition: { kind } });
    assertSame(result, expected);
    assert.deepEqual(result.alive, expected.alive);
    assert.deepEqual(result.edges, expected.edges);
    assert.match(result.report.workers[2].device, /1 thread$/);
  }
});

Deno.test("strategies and chunks reach the plans of workers", async () => {
  const strategies = { pruning: false, fusion: false };
  const { edges } = await run({ ...SMALL, strategies, chunk: 7 }, "single", { devices: "cpu" });
  assert.equal(edges.executed, edges.counted);
});

Deno.test("kept inputs serve any runs, of any ranges", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const expected = await alone(SMALL, cpu);
  const job = await inferenceJob({ ...SMALL, keepInputs: true });
  for (const [engine, devices] of [["single", "cpu"], ["local", "cpu:2"]] as const) {
    await withCrew(job, engine, { devices }, async (crew) => {
      assertSame(await crew.run(), expected);
      const { survivors } = await crew.run({ range: { first: 40, end: 90 } });
      const wanted = expected.survivors.filter((input) => input >= 40 && input < 90);
      assert.deepEqual(survivors, wanted);
    });
  }
});

Deno.test("a network that is not there ends the run with the reason", async () => {
  const nowhere = { kind: "directory", folder: "nowhere" } as const;
  await assert.rejects(inferenceJob({ ...SMALL, network: nowhere }), Deno.errors.NotFound);
  const job = await inferenceJob({ ...SMALL, network: nowhere, count: 3 });
  await assert.rejects(runJob(job, "local", { devices: "cpu:2" }), Deno.errors.NotFound);
});

Deno.test({
  name: `three workers find exactly the official survivors${missing}`,
  ignore: root === undefined,
}, async () => {
  await using cpu = await openCpu();
  const expected = await alone(OFFICIAL, cpu);
  if (expected.inputs === 1200) assert.equal(expected.survivors.length, 19);
  assertSame(await run(OFFICIAL, "local", { devices: "cpu:3" }), expected);
});

gpuTest("workers that have a GPU each find what one plan finds on a GPU", async () => {
  await using gpu = await openGpu();
  const expected = await alone(SMALL, gpu);
  for (const [engine, devices] of [["single", "llvmpipe"], ["local", "llvmpipe:2"]] as const) {
    assertSame(await run(SMALL, engine, { devices }), expected);
  }
});
