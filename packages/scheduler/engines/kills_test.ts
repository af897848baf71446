import { randomSource } from "@spmm/formats";
import { planCpuNetwork } from "@spmm/network";
import { openCpu } from "@spmm/wasm";
import assert from "node:assert/strict";
import { withCrew } from "../run_job.ts";
import type { FaultReport } from "../run_report.ts";
import { cpuNetworkJob, inputsOf, networkOf } from "../testing/cpu_network.ts";
import { sendSignal } from "../testing/shell.ts";

const ROUNDS = 100;
const LONGEST_WAIT = 60; // milliseconds; a run takes about half of it

Deno.test("a worker killed at a random moment, a hundred times, never changes the result", async () => {
  const description = { seed: 21, inputs: 400, chunk: 4 };
  await using cpu = await openCpu({ threads: 1 });
  await using plan = await planCpuNetwork(networkOf(description), cpu);
  const expected = await plan.infer(inputsOf(description));
  const { unit } = randomSource(1);
  const pids = [0, 0];
  const faults: FaultReport[] = [];
  const options = {
    devices: "cpu:2",
    onProcess: (worker: number, pid: number) => void (pids[worker] = pid),
  };
  await withCrew(cpuNetworkJob(description), "local", options, async (crew) => {
    for (let round = 0; round < ROUNDS; round++) {
      const run = crew.run();
      await new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT * unit()));
      await sendSignal(pids[unit() < 0.5 ? 0 : 1], "KILL");
      const { survivors, alive, edges, report } = await run;
      assert.deepEqual(survivors, expected.survivors);
      assert.deepEqual(alive, expected.alive);
      assert.deepEqual(edges, expected.edges);
      faults.push(...report.faults);
    }
  });
  assert.ok(faults.length >= 0.8 * ROUNDS, `${faults.length} kills were noticed`);
  const onRange = faults.filter(({ range }) => range !== undefined).length;
  assert.ok(onRange >= 10, `${onRange} kills hit a worker at a range`);
});
