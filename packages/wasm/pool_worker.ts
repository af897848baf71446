/**
 * What a worker thread runs: it listens at the job board until it is told to stop.
 *
 * @module
 */
import { Machine } from "@spmm/x86-64";
import { type Entries, instantiate } from "./instance.ts";
import { Command, JobBoard } from "./job_board.ts";
import { machineJobs } from "./machine_jobs.ts";
import { unpackProgram } from "./packed_program.ts";

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
    const { command } = board;
    try {
      if (command === Command.run) perform(board, thread, programs);
      if (command === Command.load) programs[board.program] = load(memory, board);
    } catch (error) {
      board.reportFailure(thread, error);
    }
    if (attendance === "every") board.reportDone();
    board.leave();
    if (command === Command.stop) return;
  }
}

/** As many arguments as there may be: a function of WASM takes no notice of those it has not. */
function perform(board: JobBoard, thread: number, programs: readonly Entries[]): void {
  programs[board.program][board.entry](
    thread,
    board.argument(0),
    board.argument(1),
    board.argument(2),
    board.argument(3),
    board.argument(4),
    board.argument(5),
  );
}

/** The binary travels through the linear memory: a worker that sleeps at the board gets no mail. */
function load(memory: WebAssembly.Memory, board: JobBoard): Entries {
  const { binary, code } = unpackProgram(memory, board.argument(0) >>> 0);
  const module = new WebAssembly.Module(binary);
  if (code === 0n) return instantiate(module, memory);
  return instantiate(
    module,
    memory,
    machineJobs({ machine: ownMachine(), address: code }, memory),
  );
}

let machine: Machine | undefined;

/** Each thread calls code through a library that it opened itself; it ends with the thread. */
function ownMachine(): Machine {
  machine ??= new Machine();
  return machine;
}
