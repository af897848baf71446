/**
 * What each pod of an indexed Job runs: its share of the inputs, kept in the shared folder. With
 * `gather` as its argument it puts the shares together.
 *
 * Reads NETWORK and INPUTS, as `deno task infer` takes them, RESULTS, COMPLETIONS, DEVICES and, as
 * Kubernetes sets it, JOB_COMPLETION_INDEX.
 *
 * @module
 */
import { parseInputSource, parseNetworkSource } from "@spmm/network";
import {
  combineAnswers,
  inferenceJob,
  networkIdentity,
  readShardFolder,
  runJob,
  SchedulerError,
  shareOf,
} from "@spmm/scheduler";

if (Deno.args[0] === "gather") await gather();
else await inferShare();

async function inferShare(): Promise<void> {
  const network = await parseNetworkSource(variable("NETWORK"));
  const inputs = parseInputSource(variable("INPUTS"), await networkIdentity(network));
  const job = await inferenceJob({ network, inputs });
  const [index, count] = ["JOB_COMPLETION_INDEX", "COMPLETIONS"].map((name) =>
    Number(variable(name))
  );
  const result = await runJob(job, "single", {
    devices: Deno.env.get("DEVICES") ?? "all",
    range: shareOf(job.inputs, index, count),
    folder: variable("RESULTS"),
    resume: true, // others have begun, and a pod that was evicted goes on
  });
  console.log(JSON.stringify(result?.report));
}

async function gather(): Promise<void> {
  const { name, inputs, answers, missing } = await readShardFolder(variable("RESULTS"));
  const { survivors, edges } = combineAnswers(answers);
  console.log(JSON.stringify({ name, inputs, missing, survivors: survivors.length, edges }));
  if (missing.length > 0) Deno.exit(1);
}

function variable(name: string): string {
  const value = Deno.env.get(name);
  if (value !== undefined) return value;
  throw new SchedulerError(`Cannot run a share: ${name} must be set: received nothing`);
}
