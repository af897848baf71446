/** What the threads are asked to do next. */
export const Command = { run: 1, load: 2, stop: 3 } as const;

/** Integers of a cache line: what the caller writes stands apart from what workers write. */
const LINE = 16;

/** Where each number stands among the board's integers. */
const Field = {
  generation: 0,
  command: 1,
  program: 2,
  entry: 3,
  /** The generation of the job that every worker must do. */
  every: 4,
  /** The generation of the job that workers may still join, or 0. */
  open: 5,
  /** The first of the arguments. */
  arguments: 6,
  /** Workers that read the job or work on it. */
  inside: LINE,
  /** Workers that must do the job and have not. */
  pending: LINE + 1,
  ready: LINE + 2,
  failed: LINE + 3,
  /** Workers that sleep until the next job. */
  asleep: 2 * LINE,
  /** 1 where the caller sleeps until workers are done. */
  awaited: 2 * LINE + 1,
};
const FIELDS = 3 * LINE;

/** Integers that a job can hand to all threads alike. */
export const MOST_ARGUMENTS = 6;

const MESSAGE_BYTES = 512;

/** Polls of the board, some 60 µs, before a thread goes to sleep: cheaper than being woken. */
const SPINS = 4000;

/**
 * Whether every worker must do its part of a job, or whoever comes before the caller's own part has
 * ended: then all the work is done, and a worker that the system wakes late is not waited for.
 */
export type WorkerAttendance = "every" | "early";

/** What to run: a function of a loaded program, both by their position, and what it is told. */
export interface Job {
  readonly command: number;
  readonly program: number;
  readonly entry: number;
  /** Whole numbers of 32 bits, without sign, {@linkcode MOST_ARGUMENTS} at most. */
  readonly args: readonly number[];
}

/**
 * The one place where the calling thread and the workers meet: a few shared integers that say
 * which job is current and how many threads still work on it, the job's arguments, and room
 * for the words of a failure.
 *
 * ```text
 *   caller:  job, arguments -> generation + 1 -> own part -> until pending = 0
 *   worker:  until generation changes -> job, arguments -> own part -> pending - 1
 * ```
 *
 * Who waits polls for a while and then says that it goes to sleep, before it looks a last time: the
 * system is asked to wake somebody only where somebody said so, since asking takes longer than the
 * smallest job.
 *
 * A job that need not be attended by all is open until the caller's own part has ended. A worker
 * first says that it is inside and then looks whether the job is still open; the caller first
 * closes it and then waits until nobody is inside. So whoever finds it open is waited for.
 */
export class JobBoard {
  readonly #fields: Int32Array<ArrayBufferLike>;
  readonly #message: Uint8Array<ArrayBufferLike>;

  /** @param shared Memory as made by {@linkcode JobBoard.allocate}. */
  constructor(readonly shared: SharedArrayBuffer) {
    this.#fields = new Int32Array(shared, 0, FIELDS);
    this.#message = new Uint8Array(shared, FIELDS * Int32Array.BYTES_PER_ELEMENT, MESSAGE_BYTES);
  }

  /** Memory for a board. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT + MESSAGE_BYTES);
  }

  /** Threads that have reported ready. */
  get ready(): number {
    return Atomics.load(this.#fields, Field.ready);
  }

  /** A worker says that it has begun to listen. */
  reportReady(): void {
    Atomics.add(this.#fields, Field.ready, 1);
    Atomics.notify(this.#fields, Field.ready);
  }

  /** Puts up a job for `workers` threads and wakes those that sleep. */
  post(job: Job, workers: number, attendance: WorkerAttendance): void {
    this.#fields[Field.command] = job.command;
    this.#fields[Field.program] = job.program;
    this.#fields[Field.entry] = job.entry;
    this.#fields.set(job.args, Field.arguments);
    this.#fields[Field.failed] = 0;
    const every = attendance === "every";
    const generation = this.#generationAfter(Atomics.load(this.#fields, Field.generation));
    if (every) Atomics.store(this.#fields, Field.pending, workers);
    Atomics.store(this.#fields, every ? Field.every : Field.open, generation);
    Atomics.store(this.#fields, Field.generation, generation);
    if (Atomics.load(this.#fields, Field.asleep) > 0) {
      Atomics.notify(this.#fields, Field.generation);
    }
  }

  /** No worker may join the job from now on. */
  close(): void {
    Atomics.store(this.#fields, Field.open, 0);
  }

  /** A worker asks to do a job; `undefined` where it was closed before, else it must leave later. */
  enter(generation: number): WorkerAttendance | undefined {
    Atomics.add(this.#fields, Field.inside, 1);
    if (Atomics.load(this.#fields, Field.open) === generation) return "early";
    if (Atomics.load(this.#fields, Field.every) === generation) return "every";
    this.leave();
    return undefined;
  }

  /** A worker that entered reads and writes nothing of the job any more. */
  leave(): void {
    this.#countDown(Field.inside);
  }

  /** Blocks a worker until the job after `seen` is up; returns its generation. */
  awaitJob(seen: number): number {
    if (this.#afterSpin(Field.generation, seen) === seen) this.#sleepUntilJob(seen);
    return Atomics.load(this.#fields, Field.generation);
  }

  /** What the job that is up asks for. */
  get command(): number {
    return this.#fields[Field.command];
  }

  /** The function of the job that is up, by the positions of its program and of itself. */
  get program(): number {
    return this.#fields[Field.program];
  }

  get entry(): number {
    return this.#fields[Field.entry];
  }

  /** What the job hands to all threads, by its position; O(1), no copy. */
  argument(position: number): number {
    return this.#fields[Field.arguments + position];
  }

  /** A worker has done its part. */
  reportDone(): void {
    this.#countDown(Field.pending);
  }

  /** A worker's part failed; the first failure's words stay. */
  reportFailure(thread: number, error: unknown): void {
    if (Atomics.compareExchange(this.#fields, Field.failed, 0, thread) !== 0) return;
    const words = new TextEncoder().encode(String(error)).subarray(0, MESSAGE_BYTES);
    this.#message.fill(0);
    this.#message.set(words);
  }

  /** The thread that failed and what it said, or undefined. */
  get failure(): { readonly thread: number; readonly words: string } | undefined {
    const thread = Atomics.load(this.#fields, Field.failed);
    if (thread === 0) return undefined;
    const words = new TextDecoder().decode(this.#message.slice());
    return { thread, words: words.replace(/\0+$/, "") };
  }

  /** Blocks until no worker is at the job; only where blocking is allowed. */
  awaitDoneBlocking(): void {
    for (const field of [Field.pending, Field.inside]) {
      if (this.#isZeroAfterSpin(field)) continue;
      Atomics.store(this.#fields, Field.awaited, 1);
      for (let left = this.#left(field); left > 0; left = this.#left(field)) {
        Atomics.wait(this.#fields, field, left);
      }
      Atomics.store(this.#fields, Field.awaited, 0);
    }
  }

  /** Waits until no worker is at the job, without blocking the thread's event loop for long. */
  async awaitDone(): Promise<void> {
    for (const field of [Field.pending, Field.inside]) {
      if (this.#isZeroAfterSpin(field)) continue;
      Atomics.store(this.#fields, Field.awaited, 1);
      for (let left = this.#left(field); left > 0; left = this.#left(field)) {
        await this.#changed(field, left);
      }
      Atomics.store(this.#fields, Field.awaited, 0);
    }
  }

  /** Waits until `workers` threads are ready. */
  async awaitReady(workers: number): Promise<void> {
    for (let ready = this.ready; ready < workers; ready = this.ready) {
      await this.#changed(Field.ready, ready);
    }
  }

  #left(field: number): number {
    return Atomics.load(this.#fields, field);
  }

  #isZeroAfterSpin(field: number): boolean {
    for (let spin = 0; spin < SPINS && this.#left(field) > 0; spin += 1);
    return this.#left(field) === 0;
  }

  #countDown(field: number): void {
    const isLast = Atomics.sub(this.#fields, field, 1) === 1;
    if (isLast && Atomics.load(this.#fields, Field.awaited) > 0) {
      Atomics.notify(this.#fields, field);
    }
  }

  #sleepUntilJob(seen: number): void {
    Atomics.add(this.#fields, Field.asleep, 1);
    while (Atomics.load(this.#fields, Field.generation) === seen) {
      Atomics.wait(this.#fields, Field.generation, seen);
    }
    Atomics.sub(this.#fields, Field.asleep, 1);
  }

  /** Never 0, which stands for none, also after 2³¹ jobs. */
  #generationAfter(generation: number): number {
    return generation === 2 ** 31 - 1 ? 1 : generation + 1;
  }

  #afterSpin(field: number, value: number): number {
    for (let spin = 0; spin < SPINS && Atomics.load(this.#fields, field) === value; spin += 1);
    return Atomics.load(this.#fields, field);
  }

  async #changed(field: number, value: number): Promise<void> {
    if (typeof Atomics.waitAsync === "function") {
      await Atomics.waitAsync(this.#fields, field, value).value;
    } else {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
}

/** Whether this thread may block in Atomics.wait: not on a browser's main thread. */
export function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}
