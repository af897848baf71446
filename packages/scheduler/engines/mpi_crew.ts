import { Coordinator, type Crew } from "../crew/crew.ts";
import { type Patience, patienceOf } from "../crew/patience.ts";
import { type ConfinedDevices, confineDevices } from "../devices/confinement.ts";
import type { WorkerDevice } from "../devices/worker_device.ts";
import { DeviceError, MpiError } from "../errors.ts";
import type { Job } from "../job.ts";
import type { Envelope } from "../mpi/envelopes.ts";
import { MpiWorld } from "../mpi/mpi_world.ts";
import { RanksAlive } from "../mpi/ranks_alive.ts";
import { Relay } from "../mpi/relay.ts";
import { RemoteWorkers } from "../mpi/remote_workers.ts";
import { shareAcrossMachines } from "../mpi/share_across_machines.ts";
import type { CrewOptions } from "../run_options.ts";
import { processLink } from "../workers/process_link.ts";
import { endingBySignal } from "./ending_by_signal.ts";
import { folderOf, startOrders } from "./local_crew.ts";
import { devicesOf } from "./machine_devices.ts";
import { removeShared } from "./shared_place.ts";

/** Milliseconds between looks for messages: what a message may wait, at 2 % of a core. */
const POLL = 1;

/**
 * A worker process for each rank. Rank 0 coordinates and has a worker like the others; the others
 * carry words between it and theirs. A worker that is lost is started again on its rank, as on one
 * machine; a rank that is lost ends the job on all of them.
 */
export async function withMpiCrew<T>(
  job: Job,
  options: CrewOptions,
  use: (crew: Crew) => Promise<T>,
): Promise<T | undefined> {
  const world = MpiWorld.open(); // before anything that can fail, or the others wait for ever
  try {
    return await withRank(world, job, options, use);
  } catch (error) {
    if (error instanceof RankZeroFailure) throw error.cause;
    return world.die(error);
  }
}

/** An error of `use`, which all ranks have been told of; nothing needs to be aborted. */
class RankZeroFailure extends MpiError {}

async function withRank<T>(
  world: MpiWorld,
  job: Job,
  options: CrewOptions,
  use: (crew: Crew) => Promise<T>,
): Promise<T | undefined> {
  const patience = patienceOf(options.patience);
  let shared: string | undefined;
  let end: () => Promise<void> = () => Promise.resolve();
  const unshare = async (): Promise<void> => {
    if (world.localRank === 0) await removeShared(shared);
  };
  // Workers are left alone here: they end with their rank, and then no word of others is waited for.
  using _signals = endingBySignal(async () => {
    await unshare();
    world.abort(130);
  });
  let rank: Rank | undefined;
  const work = async (): Promise<T | undefined> => {
    const place = await placeOf(world, options.devices);
    const begin = performance.now();
    shared = await shareAcrossMachines(world, job, options, (path) => shared = path);
    const shareSeconds = (performance.now() - begin) / 1000;
    const open = processLink({
      hidden: place.device.hidden,
      confinement: place.confinement,
      print: (line) => (options.print ?? printAsRank)(world.rank, line),
      onProcess: (pid) => options.onProcess?.(world.rank, pid),
    });
    const own = rank = new Rank(world, patience);
    if (world.rank !== 0) {
      const relay = new Relay((envelope) => own.send(0, envelope), open, {
        device: place.device,
        shared,
      });
      end = () => relay.end();
      await own.relay(relay);
      return undefined;
    }
    return await own.leading(() => end(), async (remote) => {
      const folder = await folderOf(job, options);
      const orders = startOrders(job, { folder, shared, beatSeconds: patience.beatSeconds });
      const crew = Coordinator.start({
        job,
        engine: `mpi, ${world.size} ranks`,
        workers: own.all.map((number) => ({
          open: number === 0 ? open : remote.linkTo(number),
          order: orders(number, place.device),
        })),
        patience,
        finished: folder?.answers ?? [],
        warnings: place.warning === undefined ? [] : [place.warning],
        shareSeconds,
      });
      end = () => crew[Symbol.asyncDispose]();
      await crew.ready();
      return await use(crew);
    });
  };
  try {
    const result = await work();
    await end();
    await rank?.leave();
    return result;
  } catch (error) {
    // Only this error has all ranks on their way out; after any other they would wait.
    if (error instanceof RankZeroFailure) await rank?.leave();
    throw error;
  } finally {
    await unshare();
  }
}

/** A rank's own device, chosen among its machine's by its number there. */
async function placeOf(
  world: MpiWorld,
  wish: CrewOptions["devices"] = "all",
): Promise<Omit<ConfinedDevices, "devices"> & { readonly device: WorkerDevice }> {
  const devices = typeof wish === "string" ? await devicesOf(wish) : wish;
  // Stand-ins may be any number, so one name serves all ranks.
  const standIn = typeof wish === "string" && /^(?:cpu|llvmpipe)$/.test(wish);
  const chosen = devices[standIn ? 0 : world.localRank];
  if (chosen === undefined) {
    throw new DeviceError(
      `Cannot give rank ${world.rank} a device: ${world.host} has ${world.localSize} ranks, one ` +
        `for each device: received ${devices.length} devices`,
    );
  }
  const { devices: [device], confinement, warning } = await confineDevices([chosen]);
  if (warning !== undefined && world.localSize > 1) {
    throw new DeviceError(
      `Cannot give each rank on ${world.host} a GPU of its own: hiding the others needs root, ` +
        "user namespaces, bwrap, or a batch system that shows one to each task: received " +
        `${devices.length} GPUs`,
    );
  }
  return { device, ...confinement && { confinement }, ...warning !== undefined && { warning } };
}

function printAsRank(rank: number, line: string): void {
  console.error(`rank ${rank}: ${line}`);
}

/** One rank's part in the conversation: messages, signs of life, the end. */
class Rank {
  /** Numbers of all ranks. */
  readonly all: readonly number[];
  readonly #world: MpiWorld;
  readonly #patience: Required<Patience>;
  readonly #others: readonly number[];
  readonly #alive: RanksAlive;
  readonly #beats: ReturnType<typeof setInterval>;
  #hear: (source: number, envelope: Envelope) => void = () => {};
  #polling: ReturnType<typeof setTimeout> | undefined;

  constructor(world: MpiWorld, patience: Required<Patience>) {
    this.#world = world;
    this.#patience = patience;
    this.all = Array.from({ length: world.size }, (_, rank) => rank);
    this.#others = world.rank === 0 ? this.all.slice(1) : [0];
    this.#alive = new RanksAlive(this.#others);
    this.#beats = setInterval(() => this.#beat(), 1000 * patience.beatSeconds);
  }

  send(target: number, envelope: Envelope): void {
    this.#world.send(target, envelope);
  }

  /** Runs what rank 0 does with the crew, and tells the others how it ended. */
  async leading<T>(
    end: () => Promise<void>,
    use: (remote: RemoteWorkers) => Promise<T>,
  ): Promise<T> {
    const remote = new RemoteWorkers((target, envelope) => this.send(target, envelope));
    this.#hear = (source, envelope) => remote.hear(source, envelope);
    this.#poll();
    try {
      const result = await use(remote);
      await this.#dismiss(end, false);
      return result;
    } catch (error) {
      await this.#dismiss(end, true);
      const words = "Cannot finish on rank 0: received an error";
      throw new RankZeroFailure(words, { cause: error });
    }
  }

  /** Serves rank 0 until it says that it is done. */
  async relay(relay: Relay): Promise<void> {
    const ended = Promise.withResolvers<void>();
    this.#hear = (_, envelope) => {
      if (envelope.kind === "end") {
        if (envelope.failed) Deno.exitCode = 1;
        ended.resolve();
      } else relay.hear(envelope).catch(ended.reject);
    };
    this.#poll();
    await ended.promise;
  }

  /** Leaves together with all others. */
  async leave(): Promise<void> {
    while (!this.#world.sent) await new Promise((resolve) => setTimeout(resolve, POLL));
    clearInterval(this.#beats);
    clearTimeout(this.#polling);
    await this.#world.barrier();
    this.#world.finalize();
  }

  async #dismiss(end: () => Promise<void>, failed: boolean): Promise<void> {
    await end();
    for (const other of this.#others) this.send(other, { kind: "end", failed });
  }

  #poll(): void {
    const received = this.#world.poll();
    this.#alive.hearAll(received.map(({ source }) => source));
    for (const { source, message } of received) this.#hear(source, message as Envelope);
    this.#polling = setTimeout(() => this.#poll(), POLL);
  }

  #beat(): void {
    for (const other of this.#others) this.send(other, { kind: "beat" });
    const silent = this.#alive.silent(this.#patience.silentSeconds);
    if (silent === undefined) return;
    this.#world.die(
      new MpiError(
        `Cannot go on: rank ${silent.rank} must give a sign of life: received none for ` +
          `${silent.seconds.toFixed(1)} s`,
      ),
    );
  }
}
