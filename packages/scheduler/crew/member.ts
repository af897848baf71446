import type { InputRange } from "../ranges.ts";
import type { FaultReport, WorkerReport } from "../run_report.ts";
import type { WorkerProgress } from "../run_progress.ts";
import type { Link, LinkEvent, OpenLink, StartOrder } from "../workers/messages.ts";
import type { Patience } from "./patience.ts";

/** A range that a worker is at. */
export interface Assignment {
  readonly task: number;
  readonly range: InputRange;
}

type State =
  | { readonly kind: "starting"; readonly since: number }
  | { readonly kind: "idle" }
  | { readonly kind: "busy"; readonly assignment: Assignment; moved: number; inputs: number }
  | { readonly kind: "lost" };

/** Without news for that many times what its speed lets expect, a range makes no progress. */
const EXPECTED_TIMES = 20;

/** What the coordinator knows of one worker, over all its restarts. */
export class Member {
  readonly worker: number;
  readonly #open: OpenLink;
  readonly #order: StartOrder;
  readonly #hear: (member: Member, event: LinkEvent) => void;
  #link: Link | undefined;
  #ending: Promise<void> = Promise.resolve();
  #state: State = { kind: "starting", since: performance.now() };
  #heard = performance.now();
  #device: string;
  #host = "";
  #loadSeconds = 0;
  #started = false;
  #restarts = 0;
  #done = { chunks: 0, inputs: 0, busySeconds: 0, faults: 0 };
  #speed: { inputs: number; seconds: number } = { inputs: 0, seconds: 0 };
  chunk = 1;

  constructor(
    worker: number,
    open: OpenLink,
    order: StartOrder,
    hear: (member: Member, event: LinkEvent) => void,
  ) {
    this.worker = worker;
    this.#open = open;
    this.#order = order;
    this.#hear = hear;
    this.#device = order.device.label;
  }

  get state(): State["kind"] {
    return this.#state.kind;
  }

  get assignment(): Assignment | undefined {
    return this.#state.kind === "busy" ? this.#state.assignment : undefined;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Starts the worker, or starts it again; what an earlier start still says is not heard. */
  start(): void {
    if (this.#started) this.#restarts++;
    this.#started = true;
    this.#state = { kind: "starting", since: performance.now() };
    this.#heard = performance.now();
    const link = this.#tryOpen((event) => {
      if (this.#link !== link) return;
      this.#heard = performance.now();
      this.#hear(this, event);
    });
    this.#link = link;
    link.send(this.#order);
  }

  /** A worker that cannot even be started is lost like one that ends later. */
  #tryOpen(hear: (event: LinkEvent) => void): Link {
    try {
      return this.#open(hear);
    } catch (error) {
      queueMicrotask(() => hear({ kind: "closed", reason: String(error) }));
      return { send: () => {}, end: () => Promise.resolve() };
    }
  }

  ready(message: LinkEvent & { readonly kind: "ready" }): void {
    this.#state = { kind: "idle" };
    this.chunk = Math.max(1, message.chunk);
    this.#device = message.device;
    this.#host = message.host;
    this.#loadSeconds = message.loadSeconds;
  }

  assign(assignment: Assignment): void {
    this.#state = { kind: "busy", assignment, moved: performance.now(), inputs: 0 };
    const { task, range } = assignment;
    this.#link?.send({ kind: "infer", task, first: range.first, end: range.end });
  }

  progress(task: number, inputs: number): void {
    if (this.#state.kind !== "busy" || this.#state.assignment.task !== task) return;
    this.#state.moved = performance.now();
    this.#state.inputs = inputs;
  }

  /** @returns The range that is done; nothing if the answer is to no question. */
  done(task: number, busySeconds: number): InputRange | undefined {
    if (this.#state.kind !== "busy" || this.#state.assignment.task !== task) return undefined;
    const { range } = this.#state.assignment;
    const inputs = range.end - range.first;
    this.#done.chunks++;
    this.#done.inputs += inputs;
    this.#done.busySeconds += busySeconds;
    this.#speed.inputs += inputs;
    this.#speed.seconds += busySeconds;
    this.#state = { kind: "idle" };
    return range;
  }

  /** Ends the worker's process; it may be started again. */
  dismiss(): void {
    this.#done.faults++;
    this.#state = { kind: "lost" };
    this.#cut();
  }

  /** What is wrong with the worker by the clock alone. */
  overdue(patience: Required<Patience>): Pick<FaultReport, "kind" | "message"> | undefined {
    const now = performance.now();
    const state = this.#state;
    const quiet = (now - this.#heard) / 1000;
    if (state.kind === "lost") return undefined;
    if (state.kind === "starting") {
      const seconds = (now - state.since) / 1000;
      if (seconds <= patience.startSeconds) return undefined;
      return { kind: "stuck", message: `not ready after ${seconds.toFixed(1)} s` };
    }
    if (quiet > patience.silentSeconds) {
      return { kind: "silent", message: `no sign of life for ${quiet.toFixed(1)} s` };
    }
    if (state.kind === "idle") return undefined;
    const { inputs, seconds } = this.#speed;
    const { first, end } = state.assignment.range;
    const expected = inputs === 0 ? 0 : seconds / inputs * (end - first);
    const still = (now - state.moved) / 1000;
    if (still <= Math.max(patience.stuckSeconds, EXPECTED_TIMES * expected)) return undefined;
    return { kind: "stuck", message: `no progress on its range for ${still.toFixed(1)} s` };
  }

  /** Forgets what was counted, before another run; speeds stay known. */
  reset(): void {
    this.#done = { chunks: 0, inputs: 0, busySeconds: 0, faults: 0 };
    this.#restarts = 0;
  }

  report(runSeconds: number): WorkerReport {
    const { chunks, inputs, busySeconds } = this.#done;
    return {
      worker: this.worker,
      device: this.#device,
      host: this.#host,
      chunks,
      inputs,
      busySeconds,
      idleSeconds: Math.max(0, runSeconds - busySeconds),
      loadSeconds: this.#loadSeconds,
      restarts: this.#restarts,
      lost: this.#state.kind === "lost",
    };
  }

  progressReport(): WorkerProgress {
    const underWay = this.#state.kind === "busy" ? this.#state.inputs : 0;
    return {
      worker: this.worker,
      device: this.#device,
      state: this.#state.kind,
      inputs: this.#done.inputs + underWay,
      faults: this.#done.faults,
    };
  }

  /** Ends the worker for good; resolves when all its processes are gone. */
  async end(): Promise<void> {
    this.#state = { kind: "lost" };
    this.#cut();
    await this.#ending;
  }

  #cut(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) this.#ending = Promise.all([this.#ending, link.end()]).then(() => {});
  }
}
