/**
 * What a worker thread runs: it listens at the job board until it is told to stop.
 *
 * @module
 */
import { Machine } from "@spmm/x86-64";
import { type Entries, instantiate } from "./instance.ts";
import { Command, type Job, JobBoard } from "./job_board.ts";
import { machineJobs } from "./machine_jobs.ts";

/** What a worker needs to begin. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  readonly board: SharedArrayBuffer;
  /** Its number, from 1: the calling thread is 0. */
  readonly thread: number;
}

globalThis.addEventListener("message", (event) => {
  if (event instanceof MessageEvent) serve(event.data);
});

function serve({ memory, board: shared, thread }: WorkerStart): void {
  const board = new JobBoard(shared);
  const programs: Entries[] = [];
  board.reportReady();
  for (let generation = 0;;) {
    generation = board.awaitJob(generation);
    const attendance = board.enter(generation);
    if (attendance === undefined) continue;
    const { job } = board;
    try {
      perform(job, board.argumentsOf(thread), memory, programs);
    } catch (error) {
      board.reportFailure(thread, error);
    }
    if (attendance === "every") board.reportDone();
    board.leave();
    if (job.command === Command.stop) return;
  }
}

function perform(
  job: Job,
  args: Float64Array,
  memory: WebAssembly.Memory,
  programs: Entries[],
): void {
  if (job.command === Command.run) programs[job.program][job.entry](...args);
  if (job.command === Command.load) programs[job.program] = load(memory, args);
}

/** The binary travels through the linear memory: a worker that sleeps at the board gets no mail. */
function load(memory: WebAssembly.Memory, [address, bytes, code]: Float64Array): Entries {
  const binary = new Uint8Array(memory.buffer, address, bytes).slice();
  const module = new WebAssembly.Module(new Uint8Array(binary));
  if (code === 0) return instantiate(module, memory);
  return instantiate(
    module,
    memory,
    machineJobs({ machine: ownMachine(), address: BigInt(code) }, memory),
  );
}

let machine: Machine | undefined;

/** Each thread calls code through a library that it opened itself; it ends with the thread. */
function ownMachine(): Machine {
  machine ??= new Machine();
  return machine;
}
