import type { UnfinishedError } from "../errors.ts";
import type { Job } from "../job.ts";
import { combineAnswers, type JobResult, type RangeAnswer } from "../job_result.ts";
import { type Partition, partitionLabel } from "../partition/partition.ts";
import { type WorkQueue, workQueue } from "../partition/work_queue.ts";
import { countInputs, type InputRange } from "../ranges.ts";
import { efficiencyOf, type FaultReport, type WorkerReport } from "../run_report.ts";
import type { Assignment } from "./member.ts";

/** What a run's report takes from the crew. */
export interface CrewFacts {
  readonly engine: string;
  readonly warnings: readonly string[];
  readonly faults: readonly FaultReport[];
  readonly shareSeconds: number;
  readonly startSeconds: number;
  readonly workers: (runSeconds: number) => readonly WorkerReport[];
}

/** The book of one run: what is handed out, what is back, what failed. */
export class Run {
  readonly queue: WorkQueue;
  readonly #job: Job;
  readonly #partition: Partition;
  readonly #inputs: number;
  readonly #kept: readonly RangeAnswer[];
  readonly #answers: RangeAnswer[] = [];
  readonly #failures: FaultReport[] = [];
  readonly #end = Promise.withResolvers<void>();
  #blame: FaultReport | undefined;
  #done = 0;
  #tasks = 0;
  #begin: number | undefined;
  #seconds: number | undefined;
  #onChange: () => void = () => {};

  /**
   * @param kept Answers of earlier runs, which are not computed again.
   * @throws {SchedulerError} If the partition does not fit the number of workers.
   */
  constructor(
    job: Job,
    ranges: readonly InputRange[],
    workers: number,
    partition: Partition,
    kept: readonly RangeAnswer[] = [],
  ) {
    this.#job = job;
    this.#partition = partition;
    this.#inputs = countInputs(ranges);
    this.#kept = kept;
    this.queue = workQueue(ranges, workers, partition);
    // It may fail before anybody waits for it.
    this.#end.promise.catch(() => {});
  }

  /** Starts the clock; `onChange` is told whenever something has changed. */
  begin(onChange: () => void): void {
    this.#onChange = onChange;
    this.#begin = performance.now();
    if (this.#inputs === 0) this.#finish();
  }

  get begun(): boolean {
    return this.#begin !== undefined;
  }

  get over(): boolean {
    return this.#seconds !== undefined;
  }

  /** Resolves when every input is through; rejects with what `fail` was given. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  get seconds(): number {
    if (this.#seconds !== undefined) return this.#seconds;
    return this.#begin === undefined ? 0 : (performance.now() - this.#begin) / 1000;
  }

  get inputsBefore(): number {
    return countInputs(this.#kept);
  }

  /** The failure of a range that too many workers have failed on. */
  get blame(): FaultReport | undefined {
    return this.#blame;
  }

  assignment(range: InputRange): Assignment {
    return { task: this.#tasks++, range };
  }

  add(answer: RangeAnswer): void {
    this.#answers.push(answer);
    this.#done += answer.end - answer.first;
    if (this.#done === this.#inputs) this.#finish();
  }

  giveBack(range: InputRange, fault: FaultReport, attempts: number): void {
    this.queue.giveBack(range);
    this.#failures.push(fault);
    const { first } = range;
    const onIt = this.#failures.filter((past) =>
      past.range !== undefined && past.range.first <= first && first < past.range.end
    );
    if (onIt.length >= attempts) this.#blame = fault;
  }

  fail(error: UnfinishedError): void {
    this.#seconds ??= this.seconds;
    this.#end.reject(error);
  }

  changed(): void {
    if (this.begun) this.#onChange();
  }

  result(facts: CrewFacts): JobResult {
    const { seconds } = this;
    const workers = facts.workers(seconds);
    return {
      ...combineAnswers([...this.#kept, ...this.#answers]),
      report: {
        job: this.#job.name,
        engine: facts.engine,
        partition: partitionLabel(this.#partition),
        inputs: this.#done,
        resumed: this.inputsBefore,
        workers,
        faults: facts.faults,
        warnings: facts.warnings,
        seconds: { share: facts.shareSeconds, start: facts.startSeconds, run: seconds },
        efficiency: efficiencyOf(workers.map(({ busySeconds }) => busySeconds), seconds),
      },
    };
  }

  #finish(): void {
    this.#seconds = this.seconds;
    this.#end.resolve();
  }
}
