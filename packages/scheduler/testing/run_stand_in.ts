/**
 * A coordinator in a process of its own, or a rank of one, for tests that end processes or start
 * them by mpirun: what it is to do stands on the command line as JSON; it tells its own number
 * and those of its workers' processes, and on the last line the result.
 *
 * @module
 */
import { runJob } from "../run_job.ts";
import type { EngineName, RunJobOptions } from "../run_options.ts";
import { UnfinishedError } from "../errors.ts";
import { type CpuNetworkDescription, cpuNetworkJob } from "./cpu_network.ts";
import { type StandInDescription, standInJob } from "./stand_in.ts";

/** What is to be done. */
export interface StandInRun {
  readonly engine: EngineName;
  readonly inputs: number;
  readonly description?: StandInDescription;
  /** A real network instead of a stand-in. */
  readonly network?: CpuNetworkDescription;
  readonly options: RunJobOptions;
}

/** What the last line says. */
export interface StandInOutcome {
  readonly survivors: readonly number[];
  readonly inputs: number;
  readonly inputsOfRun: number;
  readonly hosts: readonly string[];
  readonly faults: readonly string[];
}

if (import.meta.main) await main(JSON.parse(Deno.args[0]) as StandInRun);

async function main(wish: StandInRun): Promise<void> {
  const { engine, inputs, description = { seed: 1 }, network, options } = wish;
  const job = network ? cpuNetworkJob(network) : standInJob(inputs, description);
  console.log(`rank is process ${Deno.pid}`);
  try {
    const result = await runJob(job, engine, {
      ...options,
      onProcess: (worker, pid) => console.log(`worker ${worker} is process ${pid}`),
    });
    if (result === undefined) return;
    const outcome: StandInOutcome = {
      survivors: [...result.survivors],
      inputs: result.inputs,
      inputsOfRun: result.report.inputs,
      hosts: result.report.workers.map(({ host }) => host),
      faults: result.report.faults.map(({ kind }) => kind),
    };
    console.log(JSON.stringify(outcome));
  } catch (error) {
    if (!(error instanceof UnfinishedError)) throw error;
    console.error(error.message);
    Deno.exitCode = 3;
  }
}
