import { Coordinator, type Crew } from "../crew/crew.ts";
import { patienceOf } from "../crew/patience.ts";
import type { WorkerDevice } from "../devices/worker_device.ts";
import type { Job } from "../job.ts";
import type { CrewOptions } from "../run_options.ts";
import { writeSharedFile } from "../shared/shared_file.ts";
import { openShardFolder, type ShardFolder } from "../shards/shard_folder.ts";
import { loadProgram } from "../workers/load_program.ts";
import type { OpenLink, StartOrder } from "../workers/messages.ts";
import { processLink } from "../workers/process_link.ts";
import { openThreadLink } from "../workers/thread_link.ts";
import { endingBySignal } from "./ending_by_signal.ts";
import { deviceOfThisProcess, machineDevices } from "./machine_devices.ts";
import { removeShared, sharedPath } from "./shared_place.ts";

type Use<T> = (crew: Crew) => Promise<T>;

/** A worker in a thread of this process. */
export async function withSingleCrew<T>(job: Job, options: CrewOptions, use: Use<T>): Promise<T> {
  const { device, warnings } = await deviceOfThisProcess(options.devices);
  const workers = [{ device, open: openThreadLink }];
  return await withWorkers(job, "single", options, use, { workers, warnings });
}

/** A worker process for each device of this machine. */
export async function withLocalCrew<T>(job: Job, options: CrewOptions, use: Use<T>): Promise<T> {
  const { devices, confinement, warning } = await machineDevices(options.devices);
  const workers = devices.map((device, worker) => ({
    device,
    open: processLink({
      hidden: device.hidden,
      confinement,
      print: (line) => options.print?.(worker, line),
      onProcess: (pid) => options.onProcess?.(worker, pid),
    }),
  }));
  const warnings = warning === undefined ? [] : [warning];
  return await withWorkers(job, "local", options, use, { workers, warnings });
}

interface Workers {
  readonly workers: readonly { readonly device: WorkerDevice; readonly open: OpenLink }[];
  readonly warnings: readonly string[];
}

async function withWorkers<T>(
  job: Job,
  engine: string,
  options: CrewOptions,
  use: Use<T>,
  { workers, warnings }: Workers,
): Promise<T> {
  const folder = await folderOf(job, options);
  const patience = patienceOf(options.patience);
  const begin = performance.now();
  let shared: string | undefined;
  let crew: Coordinator | undefined;
  const finish = async (): Promise<void> => {
    await removeShared(shared);
    await crew?.[Symbol.asyncDispose]();
  };
  using _signals = endingBySignal(finish);
  try {
    // A worker that is alone reads by itself: no file, and no second copy.
    if (workers.length > 1) shared = await share(job, options, (path) => shared = path);
    const shareSeconds = (performance.now() - begin) / 1000;
    const orders = startOrders(job, { folder, shared, beatSeconds: patience.beatSeconds });
    crew = Coordinator.start({
      job,
      engine,
      workers: workers.map(({ device, open }, w) => ({ open, order: orders(w, device) })),
      patience,
      finished: folder?.answers ?? [],
      warnings,
      shareSeconds,
    });
    await crew.ready();
    return await use(crew);
  } finally {
    await finish();
  }
}

/** Opens the folder of results where one is asked for. */
export async function folderOf(
  job: Job,
  { folder, resume = false }: CrewOptions,
): Promise<ShardFolder | undefined> {
  return folder === undefined ? undefined : await openShardFolder(folder, job, resume);
}

/** Writes what the job's workers share; nothing where they share nothing. */
export async function share(
  job: Job,
  { scratch }: CrewOptions,
  onPath: (path: string) => void,
): Promise<string | undefined> {
  const program = await loadProgram(job.program);
  const arrays = await program.load?.(job.description);
  if (arrays === undefined) return undefined;
  const path = await sharedPath(scratch);
  onPath(path);
  await writeSharedFile(path, arrays);
  return path;
}

/** What workers are told first. */
export function startOrders(
  job: Job,
  { folder, shared, beatSeconds }: {
    readonly folder: ShardFolder | undefined;
    readonly shared: string | undefined;
    readonly beatSeconds: number;
  },
): (worker: number, device: WorkerDevice) => StartOrder {
  const run = crypto.randomUUID().slice(0, 8);
  return (worker, device) => ({
    kind: "start",
    program: job.program,
    description: job.description,
    device,
    ...shared !== undefined && { shared },
    ...folder && {
      shards: { folder: folder.path, name: `${run}-${worker}`, hash: folder.hash },
    },
    beatSeconds,
  });
}
