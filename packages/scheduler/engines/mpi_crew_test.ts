import { planCpuNetwork } from "@spmm/network";
import { openCpu } from "@spmm/wasm";
import assert from "node:assert/strict";
import { readShardFolder } from "../shards/shard_folder.ts";
import { cpuNetworkJob, inputsOf, networkOf } from "../testing/cpu_network.ts";
import type { StandInRun } from "../testing/run_stand_in.ts";
import { allGone, sendSignal, succeeds } from "../testing/shell.ts";
import { FollowedProcess, outcomeOf, standInCommand } from "../testing/stand_in_process.ts";
import { standInSurvivors } from "../testing/stand_in.ts";
import { runJob } from "../run_job.ts";

const CLUSTER = new URL("../../../tools/cluster", import.meta.url).pathname;
const MPIS = ["openmpi", "mpich"] as const;
const PROBE = "ip netns add spmm-probe && ip netns del spmm-probe";
const hosts = await succeeds(PROBE);
const missing = new Map<string, string | undefined>();
for (const mpi of MPIS) {
  const found = await succeeds(`command -v mpirun.${mpi}`);
  const why = hosts ? `mpirun.${mpi} is missing` : "network namespaces are not allowed here";
  missing.set(mpi, hosts && found ? undefined : why);
}

/** A test on two hosts, which are there while it runs; skipped by name where they cannot be. */
function testOnHosts(mpi: (typeof MPIS)[number], name: string, run: () => Promise<void>): void {
  const why = missing.get(mpi);
  const full = `${mpi}: ${name}${why === undefined ? "" : ` (${why})`}`;
  Deno.test({ name: full, ignore: why !== undefined }, async () => {
    assert.ok(await succeeds(`${CLUSTER}/down.sh && ${CLUSTER}/up.sh`));
    try {
      await run();
    } finally {
      await succeeds(`${CLUSTER}/down.sh`); // what is left on them ends too
    }
  });
}

function start(mpi: string, ranksPerHost: number, run: StandInRun): FollowedProcess {
  const command = [`${CLUSTER}/run.sh`, mpi, String(ranksPerHost), ...standInCommand(run)];
  return new FollowedProcess(["sh", ...command]);
}

/** Ranks that would be busy for minutes, keeping what they finish; what they share lies there too. */
function longRun(folder: string): StandInRun {
  return {
    engine: "mpi",
    inputs: 4000,
    description: { seed: 7, secondsPerInput: 0.02, chunk: 5 },
    options: {
      devices: "cpu",
      folder,
      scratch: folder,
      resume: true,
      partition: { kind: "static" },
      patience: { beatSeconds: 0.3, silentSeconds: 3 },
    },
  };
}

/** Waits until every rank has kept something. */
async function shardsThere(folder: string, ranks: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const shards = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
    if (shards.filter(({ name }) => /^shard.*json$/.test(name)).length >= ranks) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("no shard for each rank");
}

/** No rank leaves what its machine shared. */
async function assertNothingShared(folder: string): Promise<void> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assert.deepEqual(names.filter((name) => name.startsWith("spmm-")), []);
}

/** What is on the disk is right, and a run that resumes does the rest alone. */
async function assertResumable(folder: string): Promise<void> {
  const { answers, missing } = await readShardFolder(folder);
  assert.ok(answers.length >= 4 && missing.length > 0);
  const done = answers.reduce((sum, { first, end }) => sum + end - first, 0);
  const { inputs, description = { seed: 0 }, options } = longRun(folder);
  const first = answers[0].first;
  const share = { first, end: first + 100 };
  const quick = { ...cpuNetworkJob({ seed: 0, inputs, chunk: 5 }), description };
  const job = {
    ...quick,
    name: "stand-in",
    program: import.meta.resolve("../testing/stand_in.ts"),
  };
  const resumed = await runJob(job, "local", { ...options, devices: "cpu:6", range: share });
  const survivors = standInSurvivors(inputs, description).filter((i) => i < share.end);
  assert.deepEqual([...resumed?.survivors ?? []], survivors.filter((i) => i >= share.first));
  assert.ok(done > 0 && (resumed?.report.resumed ?? 0) > 0);
}

for (const mpi of MPIS) {
  testOnHosts(mpi, "two hosts gather what one process finds, bit for bit", async () => {
    const network = { seed: 31, inputs: 500, chunk: 9 };
    await using cpu = await openCpu({ threads: 1 });
    await using plan = await planCpuNetwork(networkOf(network), cpu);
    const expected = await plan.infer(inputsOf(network));
    const options = { devices: "cpu" };
    const ending = await start(mpi, 2, { engine: "mpi", inputs: 0, network, options }).ended;
    const { survivors, hosts, faults } = outcomeOf(ending);
    assert.deepEqual(survivors, [...expected.survivors]);
    assert.deepEqual(hosts, ["spmm0", "spmm0", "spmm1", "spmm1"]);
    assert.deepEqual([ending.code, faults], [0, []]);
  });
}

testOnHosts("openmpi", "a worker that is killed on the other host is made good", async () => {
  const once = await Deno.makeTempFile();
  const description = { seed: 4, chunk: 8, fault: { kind: "kill", input: 250, once } } as const;
  const run: StandInRun = {
    engine: "mpi",
    inputs: 300,
    description,
    options: { devices: "cpu", partition: { kind: "static" } },
  };
  const ending = await start("openmpi", 1, run).ended;
  const { survivors, faults } = outcomeOf(ending);
  assert.deepEqual(survivors, standInSurvivors(300, description));
  assert.deepEqual([ending.code, faults], [0, ["ended"]]);
});

for (const mpi of MPIS) {
  testOnHosts(mpi, "a rank that is killed ends the job everywhere, and shards stay", async () => {
    const folder = await Deno.makeTempDir();
    const job = start(mpi, 2, longRun(folder));
    const workers = await job.workersStarted(4);
    await shardsThere(folder, 4);
    const killed = performance.now();
    await sendSignal(job.ranks[2], "KILL");
    const { code } = await job.ended;
    assert.ok(performance.now() - killed < 10_000);
    assert.notEqual(code, 0);
    assert.ok(await allGone([...workers, ...job.ranks], 5));
    await assertNothingShared(folder);
    if (mpi === "openmpi") await assertResumable(folder);
  });
}

testOnHosts("openmpi", "a cut cable ends the job on both hosts, and shards stay", async () => {
  const folder = await Deno.makeTempDir();
  const job = start("openmpi", 2, longRun(folder));
  const workers = await job.workersStarted(4);
  await shardsThere(folder, 4);
  const cut = performance.now();
  assert.ok(await succeeds("ip -n spmm0 link set eth0 down"));
  const { code } = await job.ended;
  assert.ok(performance.now() - cut < 20_000);
  assert.notEqual(code, 0);
  assert.ok(await allGone([...workers, ...job.ranks], 10));
  await assertNothingShared(folder);
  await assertResumable(folder);
});

testOnHosts("openmpi", "Ctrl-C at mpirun leaves no process on either host", async () => {
  const folder = await Deno.makeTempDir();
  const job = start("openmpi", 1, longRun(folder));
  const workers = await job.workersStarted(2);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await sendSignal(job.pid, "INT");
  assert.notEqual((await job.ended).code, 0);
  assert.ok(await allGone([...workers, ...job.ranks], 5));
  await assertNothingShared(folder);
});

testOnHosts("openmpi", "an error on one rank ends all of them, and says which", async () => {
  const run: StandInRun = { engine: "mpi", inputs: 9, options: { devices: "cpu:1" } };
  const { code, stderr } = await start("openmpi", 2, run).ended;
  assert.notEqual(code, 0);
  assert.match(stderr, /rank [13] on spmm\d: DeviceError: Cannot give rank \d a device/);
});
