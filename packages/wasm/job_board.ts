/** What the threads are asked to do next. */
export const Command = { run: 1, load: 2, stop: 3 } as const;

/** Where each number stands among the board's integers. */
const Field = {
  generation: 0,
  pending: 1,
  ready: 2,
  command: 3,
  program: 4,
  entry: 5,
  failed: 6,
  /** The generation of the job that every worker must do. */
  every: 7,
  /** The generation of the job that workers may still join, or 0. */
  open: 8,
  /** Workers that read the job or work on it. */
  inside: 9,
};
const FIELDS = 16;

/** Numbers a job can hand to each thread. */
const MAX_ARGUMENTS = 24;

const MESSAGE_BYTES = 512;

/** Polls of the board, some 60 µs, before a thread goes to sleep: cheaper than being woken. */
const SPINS = 4000;

/**
 * Whether every worker must do its part of a job, or whoever comes before the caller's own part has
 * ended: then all the work is done, and a worker that the system wakes late is not waited for.
 */
export type WorkerAttendance = "every" | "early";

/** What to run: a function of a loaded program, both by their position. */
export interface Job {
  readonly command: number;
  readonly program: number;
  readonly entry: number;
}

/**
 * The one place where the calling thread and the workers meet: a few shared integers that say
 * which job is current and how many threads still work on it, each thread's arguments, and room
 * for the words of a failure.
 *
 * ```text
 *   caller:  arguments, job -> generation + 1 -> wake everyone -> own part -> until pending = 0
 *   worker:  until generation changes -> job, arguments -> own part -> pending - 1 -> wake caller
 * ```
 *
 * A job that need not be attended by all is open until the caller's own part has ended. A worker
 * first says that it is inside and then looks whether the job is still open; the caller first
 * closes it and then waits until nobody is inside. So whoever finds it open is waited for.
 */
export class JobBoard {
  readonly #fields: Int32Array<ArrayBufferLike>;
  readonly #arguments: Float64Array<ArrayBufferLike>;
  readonly #message: Uint8Array<ArrayBufferLike>;

  /** @param shared Memory as made by {@linkcode JobBoard.allocate}. */
  constructor(readonly shared: SharedArrayBuffer) {
    const afterFields = FIELDS * Int32Array.BYTES_PER_ELEMENT;
    const argumentBytes = shared.byteLength - afterFields - MESSAGE_BYTES;
    this.#fields = new Int32Array(shared, 0, FIELDS);
    this.#arguments = new Float64Array(shared, afterFields, argumentBytes >>> 3);
    this.#message = new Uint8Array(shared, afterFields + argumentBytes, MESSAGE_BYTES);
  }

  /** Memory for a board of so many threads. */
  static allocate(threads: number): SharedArrayBuffer {
    const argumentBytes = threads * MAX_ARGUMENTS * Float64Array.BYTES_PER_ELEMENT;
    return new SharedArrayBuffer(
      FIELDS * Int32Array.BYTES_PER_ELEMENT + argumentBytes + MESSAGE_BYTES,
    );
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

  /** Puts up a job for `workers` threads and wakes them. */
  post(job: Job, workers: number, attendance: WorkerAttendance): void {
    this.#fields[Field.command] = job.command;
    this.#fields[Field.program] = job.program;
    this.#fields[Field.entry] = job.entry;
    this.#fields[Field.failed] = 0;
    const every = attendance === "every";
    const generation = this.#generationAfter(Atomics.load(this.#fields, Field.generation));
    Atomics.store(this.#fields, Field.pending, every ? workers : 0);
    Atomics.store(this.#fields, every ? Field.every : Field.open, generation);
    Atomics.store(this.#fields, Field.generation, generation);
    Atomics.notify(this.#fields, Field.generation);
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
    if (Atomics.sub(this.#fields, Field.inside, 1) === 1) {
      Atomics.notify(this.#fields, Field.inside);
    }
  }

  /** What a thread is handed; O(1), no copy. */
  argumentsOf(thread: number): Float64Array<ArrayBufferLike> {
    return this.#arguments.subarray(thread * MAX_ARGUMENTS, (thread + 1) * MAX_ARGUMENTS);
  }

  /** Blocks a worker until the job after `seen` is up; returns its generation. */
  awaitJob(seen: number): number {
    this.#spinWhile(Field.generation, seen);
    while (Atomics.load(this.#fields, Field.generation) === seen) {
      Atomics.wait(this.#fields, Field.generation, seen);
    }
    return Atomics.load(this.#fields, Field.generation);
  }

  /** The job that is up. */
  get job(): Job {
    return {
      command: this.#fields[Field.command],
      program: this.#fields[Field.program],
      entry: this.#fields[Field.entry],
    };
  }

  /** A worker has done its part. */
  reportDone(): void {
    if (Atomics.sub(this.#fields, Field.pending, 1) === 1) {
      Atomics.notify(this.#fields, Field.pending);
    }
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
      for (let left = this.#leftAfterSpin(field); left > 0; left = this.#left(field)) {
        Atomics.wait(this.#fields, field, left);
      }
    }
  }

  /** Waits until no worker is at the job, without blocking the thread's event loop for long. */
  async awaitDone(): Promise<void> {
    for (const field of [Field.pending, Field.inside]) {
      for (let left = this.#leftAfterSpin(field); left > 0; left = this.#left(field)) {
        await this.#changed(field, left);
      }
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

  #leftAfterSpin(field: number): number {
    for (let spin = 0; spin < SPINS && this.#left(field) > 0; spin += 1);
    return this.#left(field);
  }

  /** Never 0, which stands for none, also after 2³¹ jobs. */
  #generationAfter(generation: number): number {
    return generation === 2 ** 31 - 1 ? 1 : generation + 1;
  }

  #spinWhile(field: number, value: number): void {
    for (let spin = 0; spin < SPINS && Atomics.load(this.#fields, field) === value; spin += 1);
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
