import { ThreadError, ThreadsUnavailableError } from "./errors.ts";
import type { Entries } from "./instance.ts";
import { Command, type Job, JobBoard, mayBlock, type WorkerAttendance } from "./job_board.ts";
import type { WorkerStart } from "./pool_worker.ts";

/** Which workers take part in a job, or that the calling thread does it alone. */
export type Attendance = "every" | "early" | "alone";

/**
 * The calling thread and its workers, who run one WASM function at a time, each with its own number
 * and all with the same arguments. Callers see to it that jobs do not overlap.
 */
export class ThreadPool {
  readonly #programs: Entries[] = [];
  readonly #workers: readonly Worker[];
  readonly #board: JobBoard | undefined;
  readonly #mayBlock: boolean;

  private constructor(workers: readonly Worker[], board: JobBoard | undefined) {
    this.#workers = workers;
    this.#board = board;
    this.#mayBlock = board !== undefined && mayBlock();
  }

  /**
   * Starts `threads - 1` workers over a shared memory; with one thread, none.
   *
   * @throws {ThreadsUnavailableError} If the workers cannot be started here.
   */
  static async start(threads: number, memory: WebAssembly.Memory): Promise<ThreadPool> {
    if (threads === 1) return new ThreadPool([], undefined);
    const board = new JobBoard(JobBoard.allocate());
    const workers: Worker[] = [];
    try {
      const failed = Promise.withResolvers<never>();
      for (let thread = 1; thread < threads; thread += 1) {
        workers.push(startWorker({ memory, board: board.shared, thread }, failed.reject));
      }
      await Promise.race([board.awaitReady(threads - 1), failed.promise]);
    } catch (error) {
      workers.forEach((worker) => worker.terminate());
      throw new ThreadsUnavailableError(
        `Cannot start ${threads} threads: workers must be allowed to load pool_worker.ts ` +
          `(Deno: --allow-read), or ask for one thread: received ${String(error)}`,
        { cause: error },
      );
    }
    return new ThreadPool(workers, board);
  }

  /** Threads that work on a job, the calling one counted. */
  get threads(): number {
    return this.#workers.length + 1;
  }

  /**
   * Makes a program known to every thread.
   *
   * @param entries Its functions, tied to the memory on the calling thread.
   * @param address Where it stands packed in the shared memory.
   * @returns Its number, for {@linkcode ThreadPool.run}.
   */
  async load(entries: Entries, address: number): Promise<number> {
    const program = this.#programs.push(entries) - 1;
    this.#post({ command: Command.load, program, entry: 0, args: [address] }, "every");
    await this.#join();
    return program;
  }

  /**
   * Runs a function on every thread and waits for all of them.
   *
   * @param program The program's number.
   * @param entry The function's position.
   * @param args What each thread's call receives behind the thread's number.
   * @param attendance Who takes part.
   * @throws {ThreadError} If a call trapped.
   */
  run(
    program: number,
    entry: number,
    args: readonly number[],
    attendance: Attendance,
  ): Promise<void> {
    if (attendance === "alone") {
      return Promise.try(() => this.#throwIf(this.#runOwn(program, entry, args)));
    }
    this.#post({ command: Command.run, program, entry, args }, attendance);
    const own = this.#runOwn(program, entry, args);
    this.#board?.close();
    return this.#join(own);
  }

  /** Ends the workers; no job may follow. */
  async stop(): Promise<void> {
    this.#post({ command: Command.stop, program: 0, entry: 0, args: [] }, "every");
    await this.#join();
    this.#workers.forEach((worker) => worker.terminate());
  }

  #post(job: Job, attendance: WorkerAttendance): void {
    this.#board?.post(job, this.#workers.length, attendance);
  }

  #runOwn(program: number, entry: number, args: readonly number[]): Failure | undefined {
    try {
      this.#programs[program][entry](0, ...args);
      return undefined;
    } catch (cause) {
      return { thread: 0, words: String(cause), cause };
    }
  }

  /** The others must be done before a failure of our own is told: they still use the memory. */
  async #join(own?: Failure): Promise<void> {
    if (this.#mayBlock) this.#board?.awaitDoneBlocking();
    else await this.#board?.awaitDone();
    this.#throwIf(own ?? this.#board?.failure);
  }

  #throwIf(failure: Failure | undefined): void {
    if (failure === undefined) return;
    throw new ThreadError(
      `Cannot finish a job: thread ${failure.thread} of ${this.threads} trapped: received ${failure.words}`,
      { cause: failure.cause },
    );
  }
}

/** A call that trapped: where, and what was said. */
interface Failure {
  readonly thread: number;
  readonly words: string;
  readonly cause?: unknown;
}

function startWorker(start: WorkerStart, fail: (reason: unknown) => void): Worker {
  const worker = new Worker(new URL("./pool_worker.ts", import.meta.url), {
    type: "module",
    name: `spmm-${start.thread}`,
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.message);
  });
  worker.postMessage(start);
  return worker;
}
