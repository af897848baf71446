import { type Crew, DeviceError, type JobResult, type Partition } from "@spmm/scheduler";
import { ScalingError } from "./errors.ts";
import type {
  PartitionName,
  PartitionRuns,
  RunSample,
  RunSampling,
  ScalingMeasurement,
  ScalingRequest,
} from "./scaling_request.ts";

/** Where runs are short, no more of them than this. */
const MOST_RUNS = 25;

/**
 * Measures a crew whose weights and inputs are resident. The result of one worker alone is what all
 * others must give, to the bit, and every run is held against it.
 *
 * @throws {DeviceError} If the crew has another number of workers than was asked for.
 * @throws {ScalingError} If a run's result is another, or a worker was lost.
 */
export async function measureCrew(
  crew: Crew,
  { workers: counts, partitions, sampling, network }: ScalingRequest,
  doing: (what: string) => void,
): Promise<ScalingMeasurement> {
  const all = Math.max(...counts);
  if (crew.workers !== all) {
    throw new DeviceError(
      `Cannot measure ${network}: there must be ${all} workers: received ${crew.workers}`,
    );
  }
  doing("one worker, whose result the others must give");
  const alone = await crew.run({ partition: firstOf(1, all) });
  const measured = new MeasuredCrew(crew, alone, sampling);
  const runs: PartitionRuns[] = [];
  for (const workers of counts) {
    doing(`${workers} of ${all} workers`);
    runs.push(...await measured.inTurn(workers, partitionsFor(workers, all, partitions)));
  }
  doing("the smallest runs");
  const { report, edges, survivors } = alone;
  return {
    device: report.workers[0].device,
    machines: new Set(report.workers.map(({ host }) => host)).size,
    shareSeconds: report.seconds.share,
    startSeconds: report.seconds.start,
    edges: edges.counted,
    survivors: survivors.length,
    runs,
    smallest: await measured.smallest(),
  };
}

/**
 * Partitions that make sense for some of the workers: with one there is nothing to share out, and a
 * queue is open to all.
 */
function partitionsFor(
  workers: number,
  all: number,
  wanted: readonly PartitionName[],
): readonly PartitionName[] {
  if (workers === 1) return ["static"];
  return wanted.filter((partition) => partition !== "dynamic" || workers === all);
}

/** Equal shares for the first workers, and none for the others. */
function firstOf(workers: number, all: number): Partition {
  return { kind: "weighted", speeds: Array.from({ length: all }, (_, w) => w < workers ? 1 : 0) };
}

class MeasuredCrew {
  readonly #crew: Crew;
  readonly #alone: JobResult;
  readonly #sampling: RunSampling;

  constructor(crew: Crew, alone: JobResult, sampling: RunSampling) {
    this.#crew = crew;
    this.#alone = alone;
    this.#sampling = sampling;
  }

  /** Runs of each partition in turn, so that what changes meanwhile changes for all. */
  async inTurn(workers: number, partitions: readonly PartitionName[]): Promise<PartitionRuns[]> {
    if (partitions.length === 0) return [];
    const speeds = partitions.includes("speed") ? await this.#speeds(workers) : [];
    const samples = new Map(partitions.map((name) => [name, new Array<RunSample>()]));
    await this.#repeat(
      { ...this.#sampling, runs: 1, seconds: this.#sampling.warmSeconds },
      async () => {
        let seconds = 0;
        for (const name of partitions) seconds += (await this.#run(name, workers, speeds)).run;
        return seconds;
      },
    );
    await this.#repeat(this.#sampling, async () => {
      let seconds = 0;
      for (const [name, kept] of samples) {
        const sample = await this.#run(name, workers, speeds);
        kept.push(sample);
        seconds += sample.run;
      }
      return seconds / partitions.length;
    });
    return Array.from(samples, ([partition, samples]) => ({ workers, partition, samples }));
  }

  /** One input for each worker. */
  async smallest(): Promise<RunSample[]> {
    const { workers } = this.#crew;
    const samples: RunSample[] = [];
    const range = { first: 0, end: Math.min(workers, this.#alone.inputs) };
    for (let run = 0; run <= this.#sampling.runs; run++) {
      const { result, seconds } = await this.#timed({ partition: { kind: "static" }, range });
      if (run > 0) samples.push(sampleOf(result, seconds));
    }
    return samples;
  }

  async #repeat({ runs, seconds }: RunSampling, once: () => Promise<number>): Promise<void> {
    let spent = 0;
    for (let run = 0; run < runs || (spent < seconds && run < MOST_RUNS); run++) {
      spent += await once();
    }
  }

  /** Inputs per second of each worker, by a run with equal shares. */
  async #speeds(workers: number): Promise<number[]> {
    const partition = firstOf(workers, this.#crew.workers);
    const { result } = await this.#timed({ partition });
    return result.report.workers.map(({ inputs, busySeconds }) =>
      inputs === 0 ? 0 : inputs / busySeconds
    );
  }

  async #run(
    name: PartitionName,
    workers: number,
    speeds: readonly number[],
  ): Promise<RunSample> {
    const partition = this.#partition(name, workers, speeds);
    const { result, seconds } = await this.#timed({ partition });
    this.#check(result, `${workers} workers, ${name}`);
    return sampleOf(result, seconds);
  }

  #partition(name: PartitionName, workers: number, speeds: readonly number[]): Partition {
    switch (name) {
      case "static":
        return firstOf(workers, this.#crew.workers);
      case "speed":
        return { kind: "weighted", speeds };
      case "dynamic":
        return { kind: "dynamic" };
    }
  }

  async #timed(
    options: Parameters<Crew["run"]>[0],
  ): Promise<{ result: JobResult; seconds: number }> {
    const start = performance.now();
    const result = await this.#crew.run(options);
    const seconds = (performance.now() - start) / 1000;
    const [fault] = result.report.faults;
    if (fault === undefined) return { result, seconds };
    throw new ScalingError(
      `Cannot measure: no worker may be lost meanwhile: received ${fault.message}`,
    );
  }

  #check(result: JobResult, what: string): void {
    const { survivors, edges, inputs } = this.#alone;
    const same = result.inputs === inputs && result.edges.counted === edges.counted &&
      result.survivors.length === survivors.length &&
      result.survivors.every((survivor, i) => survivor === survivors[i]);
    if (same) return;
    throw new ScalingError(
      `Cannot measure ${what}: its ${survivors.length} survivors must be those of one worker: ` +
        `received ${result.survivors.length}, or others`,
    );
  }
}

/** Who had no inputs took no part. */
function sampleOf({ report, seconds: parts }: JobResult, run: number): RunSample {
  const workers = report.workers.filter(({ inputs }) => inputs > 0);
  return {
    run,
    busy: workers.map(({ busySeconds }) => busySeconds),
    ranges: workers.reduce((sum, { chunks }) => sum + chunks, 0),
    upload: parts.upload,
    compute: parts.compute,
    readback: parts.readback,
  };
}
