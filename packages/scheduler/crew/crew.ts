import { SchedulerError, UnfinishedError } from "../errors.ts";
import type { Job } from "../job.ts";
import type { JobResult, RangeAnswer } from "../job_result.ts";
import type { Partition } from "../partition/partition.ts";
import { clipRanges, type InputRange, missingRanges } from "../ranges.ts";
import type { RunProgress } from "../run_progress.ts";
import type { FaultReport } from "../run_report.ts";
import type { LinkEvent, OpenLink, StartOrder } from "../workers/messages.ts";
import { Member } from "./member.ts";
import type { Patience } from "./patience.ts";
import { Run } from "./run.ts";

/** Wishes for one run of a crew. */
export interface CrewRunOptions {
  /** How inputs are shared out; dynamic where absent. */
  readonly partition?: Partition;
  /** Which inputs; all where absent. */
  readonly range?: InputRange;
  /** Told whenever a worker has news. */
  readonly onProgress?: (progress: RunProgress) => void;
}

/** Workers that are ready, weights resident, for any number of runs, one at a time. */
export interface Crew {
  /** How many workers were started. */
  readonly workers: number;
  /**
   * Runs inputs on all workers.
   *
   * @throws {UnfinishedError} If all workers are lost, or a range fails on every worker it is tried
   * on; what was finished is in the error.
   * @throws {SchedulerError} If the partition does not fit the workers.
   */
  run(options?: CrewRunOptions): Promise<JobResult>;
}

/** What a crew is made of. */
export interface CrewParts {
  readonly job: Job;
  /** What runs the workers, for reports. */
  readonly engine: string;
  /** A way to start each worker, and what it is told first. */
  readonly workers: readonly { readonly open: OpenLink; readonly order: StartOrder }[];
  readonly patience: Required<Patience>;
  /** Answers of earlier runs. */
  readonly finished: readonly RangeAnswer[];
  readonly warnings: readonly string[];
  readonly shareSeconds: number;
}

/** Different messages of faults that an error repeats; the report has all. */
const MESSAGES = 3;

/** How often clocks are looked at, as a part of the time between two signs of life. */
const LOOKS_PER_BEAT = 2;

/** The coordinator: it knows the workers, hands out ranges and hears what becomes of them. */
export class Coordinator implements Crew, AsyncDisposable {
  readonly #parts: CrewParts;
  readonly #members: readonly Member[];
  readonly #faults: FaultReport[] = [];
  readonly #clock: ReturnType<typeof setInterval>;
  readonly #opened = performance.now();
  #startSeconds = 0;
  #run: Run | undefined;
  #settled = Promise.withResolvers<void>();
  #closed = false;

  private constructor(parts: CrewParts) {
    this.#parts = parts;
    this.#members = parts.workers.map(({ open, order }, worker) =>
      new Member(worker, open, order, (member, event) => this.#hear(member, event))
    );
    const { beatSeconds } = parts.patience;
    this.#clock = setInterval(() => this.#look(), 1000 * beatSeconds / LOOKS_PER_BEAT);
  }

  /** Starts the workers; nobody waits for them yet, but they can be ended. */
  static start(parts: CrewParts): Coordinator {
    const crew = new Coordinator(parts);
    crew.#members.forEach((member) => member.start());
    return crew;
  }

  /**
   * Waits until each worker is ready or given up.
   *
   * @throws {UnfinishedError} If all of them are given up.
   */
  async ready(): Promise<void> {
    await this.#settle();
    this.#startSeconds = (performance.now() - this.#opened) / 1000;
    if (this.#anyLeft()) return;
    throw this.#unfinished(new Run(this.#parts.job, [], this.workers, { kind: "static" }));
  }

  get workers(): number {
    return this.#members.length;
  }

  async run(options: CrewRunOptions = {}): Promise<JobResult> {
    const { job, finished } = this.#parts;
    if (this.#closed || this.#run !== undefined) {
      throw new SchedulerError(
        "Cannot run: a crew does one run at a time until it is disposed of: received " +
          (this.#closed ? "a run after that" : "a second run"),
      );
    }
    const within = options.range ?? { first: 0, end: job.inputs };
    const kept = finished.filter(({ first, end }) => first >= within.first && end <= within.end);
    const left = clipRanges(missingRanges(job.inputs, kept), within);
    const run = new Run(job, left, this.workers, options.partition ?? { kind: "dynamic" }, kept);
    this.#run = run;
    try {
      this.#members.forEach((member) => member.reset());
      this.#revive();
      run.begin(() => this.#tell(options, within));
      this.#handOut();
      await run.ended;
      return this.#result(run);
    } finally {
      this.#run = undefined;
      this.#faults.length = 0;
      // A run that failed leaves ranges behind, and their answers belong to no run.
      this.#members.filter(({ assignment }) => assignment).forEach((member) => member.dismiss());
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#clock);
    await Promise.all(this.#members.map((member) => member.end()));
  }

  #hear(member: Member, event: LinkEvent): void {
    switch (event.kind) {
      case "beat":
        return;
      case "ready":
        member.ready(event);
        break;
      case "progress":
        member.progress(event.task, event.inputs);
        this.#run?.changed();
        return;
      case "done":
        this.#take(member, event);
        break;
      case "failed":
        this.#fault(member, "failed", event.message);
        break;
      case "closed":
        this.#fault(member, "ended", event.reason);
        break;
    }
    this.#handOut();
    this.#checkSettled();
  }

  #take(member: Member, event: LinkEvent & { readonly kind: "done" }): void {
    const range = member.done(event.task, event.busySeconds);
    if (range === undefined || this.#run === undefined) return;
    this.#run.queue.finished(member.worker, range, event.busySeconds);
    this.#run.add(event.answer);
  }

  /** Gives a worker's range back, and starts the worker again where it may be. */
  #fault(member: Member, kind: FaultReport["kind"], message: string): void {
    const { patience } = this.#parts;
    const range = member.assignment?.range;
    const { worker } = member;
    const atSeconds = (performance.now() - this.#opened) / 1000;
    const fault: FaultReport = { worker, kind, message, atSeconds, ...range && { range } };
    this.#faults.push(fault);
    member.dismiss();
    if (range !== undefined) this.#run?.giveBack(range, fault, patience.attempts);
    if (member.restarts < patience.restarts) member.start();
    else this.#run?.queue.retire(worker);
    if (!this.#anyLeft()) this.#run?.fail(this.#unfinished(this.#run));
    const failure = this.#run?.blame;
    if (failure !== undefined) this.#run?.fail(this.#failed(this.#run, failure));
    this.#run?.changed();
  }

  #handOut(): void {
    const run = this.#run;
    if (run === undefined || !run.begun || run.over) return;
    for (const member of this.#members) {
      if (member.state !== "idle") continue;
      const range = run.queue.take(member.worker, member.chunk);
      if (range !== undefined) member.assign(run.assignment(range));
    }
    run.changed();
  }

  #look(): void {
    for (const member of this.#members) {
      const overdue = member.overdue(this.#parts.patience);
      if (overdue !== undefined) this.#fault(member, overdue.kind, overdue.message);
    }
    this.#handOut();
    this.#checkSettled();
  }

  /** Workers that were given up in an earlier run get another chance, and join when they are ready. */
  #revive(): void {
    for (const member of this.#members) if (member.state === "lost") member.start();
  }

  #settle(): Promise<void> {
    this.#settled = Promise.withResolvers();
    this.#checkSettled();
    return this.#settled.promise;
  }

  #checkSettled(): void {
    if (this.#members.every(({ state }) => state !== "starting")) this.#settled.resolve();
  }

  #anyLeft(): boolean {
    return this.#members.some(({ state }) => state !== "lost");
  }

  #tell({ onProgress }: CrewRunOptions, within: InputRange): void {
    const workers = this.#members.map((member) => member.progressReport());
    const before = this.#run?.inputsBefore ?? 0;
    onProgress?.({
      inputs: workers.reduce((sum, { inputs }) => sum + inputs, before),
      of: within.end - within.first,
      seconds: this.#run?.seconds ?? 0,
      workers,
    });
  }

  #result(run: Run): JobResult {
    const { engine, warnings, shareSeconds } = this.#parts;
    return run.result({
      engine,
      warnings,
      faults: [...this.#faults],
      shareSeconds,
      startSeconds: this.#startSeconds,
      workers: (seconds) => this.#members.map((member) => member.report(seconds)),
    });
  }

  #unfinished(run: Run): UnfinishedError {
    const finished = this.#result(run);
    const words = [...new Set(this.#faults.map(({ message }) => message))].slice(0, MESSAGES);
    return new UnfinishedError(
      `Cannot finish ${this.#parts.job.name}: all ${this.workers} workers are lost after ` +
        `${finished.inputs} inputs: received ${words.join("; ")}`,
      finished,
    );
  }

  #failed(run: Run, fault: FaultReport): UnfinishedError {
    const { first = 0, end = 0 } = fault.range ?? {};
    return new UnfinishedError(
      `Cannot finish ${this.#parts.job.name}: inputs ${first} to ${end - 1} fail on every worker ` +
        `they are tried on: received ${fault.message}`,
      this.#result(run),
    );
  }
}
