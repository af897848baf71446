import assert from "node:assert/strict";
import { planCpuNetwork } from "@spmm/network";
import { openCpu } from "@spmm/wasm";
import { DeviceError, SchedulerError, ShardError, UnfinishedError } from "../errors.ts";
import type { JobResult } from "../job_result.ts";
import type { Partition } from "../partition/partition.ts";
import { runJob, withCrew } from "../run_job.ts";
import type { EngineName, RunJobOptions } from "../run_options.ts";
import type { RunProgress } from "../run_progress.ts";
import { cpuNetworkJob, inputsOf, networkOf } from "../testing/cpu_network.ts";
import {
  type StandInDescription,
  type StandInFault,
  standInJob,
  standInSurvivors,
} from "../testing/stand_in.ts";

const INPUTS = 500;
const PARTITIONS: readonly Partition[] = [
  { kind: "static" },
  { kind: "weighted" },
  { kind: "weighted", speeds: [1, 2, 3] },
  { kind: "dynamic" },
];

async function run(
  description: StandInDescription,
  options: RunJobOptions = {},
  inputs = INPUTS,
  engine: EngineName = "local",
): Promise<JobResult> {
  const result = await runJob(standInJob(inputs, description), engine, {
    devices: "cpu:3",
    ...options,
  });
  assert.ok(result);
  return result;
}

/** All there is to be right about a result, whoever computed it. */
function assertWhole(result: JobResult, description: StandInDescription, inputs = INPUTS): void {
  const survivors = standInSurvivors(inputs, description);
  assert.deepEqual([...result.survivors], survivors);
  assert.equal(result.inputs, inputs);
  assert.deepEqual(result.ranges, inputs === 0 ? [] : [{ first: 0, end: inputs }]);
  if (inputs === 0) return;
  assert.deepEqual(result.alive, [{ layers: 0, inputs }, { layers: 3, inputs: survivors.length }]);
  assert.equal(result.edges.counted, 6 * inputs);
}

Deno.test("one process gives all there is", async () => {
  const description = { seed: 3, shares: true };
  assertWhole(await run(description, { devices: "cpu" }, INPUTS, "single"), description);
});

for (const partition of PARTITIONS) {
  Deno.test(`several processes give the same, ${JSON.stringify(partition)}`, async () => {
    const description = { seed: 3, shares: true };
    const result = await run(description, { partition });
    assertWhole(result, description);
    assert.equal(result.report.workers.length, 3);
    assert.deepEqual(result.report.faults, []);
  });
}

Deno.test("a real network's survivors, counts and edges are those of one plan, to the bit", async () => {
  const description = { seed: 8, inputs: 300, chunk: 41 };
  await using cpu = await openCpu({ threads: 1 });
  await using plan = await planCpuNetwork(networkOf(description), cpu);
  const expected = await plan.infer(inputsOf(description));
  assert.ok(expected.survivors.length > 20 && expected.survivors.length < 280);
  const result = await runJob(cpuNetworkJob(description), "local", { devices: "cpu:2" });
  assert.deepEqual(result?.survivors, expected.survivors);
  assert.deepEqual(result?.alive, expected.alive);
  assert.deepEqual(result?.edges, expected.edges);
});

Deno.test("no inputs are no work, and fewer inputs than workers leave some idle", async () => {
  const job = standInJob(2, { seed: 1 });
  await withCrew(job, "local", { devices: "cpu:3" }, async (crew) => {
    for (const { kind } of PARTITIONS) {
      const none = await crew.run({ partition: { kind }, range: { first: 1, end: 1 } });
      assert.deepEqual([none.inputs, none.ranges], [0, []]);
      assertWhole(await crew.run({ partition: { kind } }), { seed: 1 }, 2);
    }
  });
  assertWhole(await run({ seed: 1 }, {}, 0), { seed: 1 }, 0);
});

Deno.test("a share of the inputs is all that is done", async () => {
  const { survivors, ranges } = await run({ seed: 6 }, { range: { first: 100, end: 130 } });
  const expected = standInSurvivors(INPUTS, { seed: 6 }).filter((i) => i >= 100 && i < 130);
  assert.deepEqual([...survivors], expected);
  assert.deepEqual(ranges, [{ first: 100, end: 130 }]);
});

Deno.test("progress grows to all inputs and names every worker", async () => {
  const seen: RunProgress[] = [];
  await run({ seed: 2 }, { onProgress: (progress) => seen.push(progress) });
  const inputs = seen.map((progress) => progress.inputs);
  assert.ok(inputs.every((count, i) => i === 0 || count >= inputs[i - 1]));
  assert.deepEqual([inputs.at(-1), seen[0].of, seen[0].workers.length], [INPUTS, INPUTS, 3]);
});

async function onceFile(): Promise<string> {
  return await Deno.makeTempFile({ prefix: "once" });
}

const QUICK = { beatSeconds: 0.1, silentSeconds: 1, stuckSeconds: 2 };

const FAULTS = [
  ["kill", "ended"],
  ["throw", "failed"],
  ["hang", "stuck"],
  ["stop", "silent"],
] as const;

for (const [kind, reported] of FAULTS) {
  Deno.test(`a worker that has a fault of kind ${kind} is made good, and reported as ${reported}`, async () => {
    const fault: StandInFault = { kind, input: 240, once: await onceFile() };
    const description = { seed: 4, fault };
    const result = await run(description, { patience: QUICK });
    assertWhole(result, description);
    const { faults, workers } = result.report;
    assert.deepEqual(faults.map((found) => found.kind), [reported]);
    const { range, worker } = faults[0];
    assert.ok(range && range.first <= 240 && range.end > 240);
    // What is left may be done before the worker is back.
    assert.ok(workers[worker].restarts === 1 && !workers[worker].lost);
  });
}

Deno.test("a worker that is given up leaves its share to the others", async () => {
  const description = {
    seed: 4,
    fault: { kind: "kill", input: 10, once: await onceFile() },
  } as const;
  const partition = { kind: "static" } as const;
  const result = await run(description, { partition, patience: { ...QUICK, restarts: 0 } });
  assertWhole(result, description);
  assert.deepEqual(result.report.workers.map(({ lost }) => lost), [true, false, false]);
  assert.equal(result.report.workers[0].inputs, 0);
});

Deno.test("when all workers are lost, what was finished is in the error and on the disk", async () => {
  const folder = await Deno.makeTempDir();
  const description = { seed: 4, chunk: 10, fault: { kind: "kill", input: 77 } } as const;
  const options = { folder, devices: "cpu:2", patience: { ...QUICK, restarts: 0 } };
  const error = await run(description, options).catch((error: unknown) => error);
  assert.ok(error instanceof UnfinishedError);
  assert.match(error.message, /all 2 workers are lost .* SIGKILL/);
  const { inputs, survivors, report } = error.finished;
  assert.ok(inputs > 0 && inputs < INPUTS && survivors.length > 0);
  assert.equal(report.faults.length, 2);
});

Deno.test("a range on which every worker fails ends the run, and its error is told", async () => {
  const description = { seed: 4, fault: { kind: "throw", input: 77 } } as const;
  const options = { patience: { ...QUICK, attempts: 2 } };
  await assert.rejects(run(description, options), (error) => {
    assert.ok(error instanceof UnfinishedError);
    return /fail on every worker .* lost device/.test(error.message);
  });
});

Deno.test("a run that resumes does only the rest", async () => {
  const folder = await Deno.makeTempDir();
  const once = await onceFile();
  const description = { seed: 9, chunk: 8, fault: { kind: "kill", input: 60, once } } as const;
  const patience = { ...QUICK, restarts: 0 };
  const error = await run(description, { folder, devices: "cpu", patience })
    .catch((error: unknown) => error);
  assert.ok(error instanceof UnfinishedError);
  const { inputs } = error.finished;
  assert.ok(inputs > 0 && inputs < INPUTS);
  await assert.rejects(run(description, { folder }), ShardError);
  const rest = await run(description, { folder, resume: true });
  assertWhole(rest, description);
  assert.deepEqual([rest.report.resumed, rest.report.inputs], [inputs, INPUTS - inputs]);
  const nothing = await run(description, { folder, resume: true });
  assertWhole(nothing, description);
  assert.equal(nothing.report.inputs, 0);
});

Deno.test("a crew keeps its workers from run to run, and lost ones come back", async () => {
  const description = { seed: 5 };
  const pids: number[] = [];
  const options = { devices: "cpu:2", onProcess: (_: number, pid: number) => pids.push(pid) };
  await withCrew(standInJob(INPUTS, description), "local", options, async (crew) => {
    for (let i = 0; i < 3; i++) assertWhole(await crew.run(), description);
    assert.equal(pids.length, 2);
    const [first, second] = await Promise.allSettled([crew.run(), crew.run()]);
    assert.deepEqual([first.status, second.status], ["fulfilled", "rejected"]);
  });
});

Deno.test("programs, devices and jobs that are not right are refused before anything starts", async () => {
  const job = standInJob(3, { seed: 1 });
  const broken = { ...job, program: new URL("./no_such_file.ts", import.meta.url).href };
  await assert.rejects(runJob(broken, "local", { devices: "cpu:2" }), SchedulerError);
  const empty = { ...job, program: new URL("../ranges.ts", import.meta.url).href };
  await assert.rejects(runJob(empty, "local", { devices: "cpu:2" }), /must export "program"/);
  await assert.rejects(runJob({ ...job, inputs: 1.5 }, "single", {}), SchedulerError);
  await assert.rejects(runJob(job, "local", { devices: "cpu:x" }), DeviceError);
  const hidden = [{ kind: "gpu", label: "nvidia0", hidden: ["/dev/nvidia1"] }] as const;
  await assert.rejects(runJob(job, "single", { devices: hidden }), DeviceError);
});
