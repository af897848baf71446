/** What the threads are asked to do next. */
export const Command = { run: 1, load: 2, stop: 3 } as const;

/** Where each number stands among the board's integers. */
const Field = { generation: 0, pending: 1, ready: 2, command: 3, program: 4, entry: 5, failed: 6 };
const FIELDS = 8;

/** Numbers a job can hand to each thread. */
const MAX_ARGUMENTS = 24;

const MESSAGE_BYTES = 512;

/** Polls of the board, about 20 µs, before a thread goes to sleep: cheaper than being woken. */
const SPINS = 4000;

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
  post(job: Job, workers: number): void {
    this.#fields[Field.command] = job.command;
    this.#fields[Field.program] = job.program;
    this.#fields[Field.entry] = job.entry;
    this.#fields[Field.failed] = 0;
    Atomics.store(this.#fields, Field.pending, workers);
    Atomics.add(this.#fields, Field.generation, 1);
    Atomics.notify(this.#fields, Field.generation);
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

  /** Blocks until every worker is done; only where blocking is allowed. */
  awaitDoneBlocking(): void {
    for (let left = this.#pendingAfterSpin(); left > 0; left = this.#pending()) {
      Atomics.wait(this.#fields, Field.pending, left);
    }
  }

  /** Waits until every worker is done, without blocking the thread's event loop for long. */
  async awaitDone(): Promise<void> {
    for (let left = this.#pendingAfterSpin(); left > 0; left = this.#pending()) {
      await this.#changed(Field.pending, left);
    }
  }

  /** Waits until `workers` threads are ready. */
  async awaitReady(workers: number): Promise<void> {
    for (let ready = this.ready; ready < workers; ready = this.ready) {
      await this.#changed(Field.ready, ready);
    }
  }

  #pending(): number {
    return Atomics.load(this.#fields, Field.pending);
  }

  #pendingAfterSpin(): number {
    for (let spin = 0; spin < SPINS && this.#pending() > 0; spin += 1);
    return this.#pending();
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
