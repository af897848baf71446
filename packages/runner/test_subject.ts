/**
 * A process that runs an experiment of many short points, for tests that end it in their midst:
 * `test_subject.ts '{"path": "store.sqlite", "points": 100}'`.
 *
 * @module
 */
import { choiceAxis } from "./axis.ts";
import { type Experiment, experiment } from "./experiment.ts";
import { runExperiment, type RunRequest } from "./run_experiment.ts";
import { QUICK_SAMPLING } from "./sampling.ts";
import { Store } from "./store.ts";
import type { KillOrder } from "./test_killer.ts";

/** An experiment whose values follow from its points, and whose seconds do not. */
export function testSubject(points: number, milliseconds = 0): Experiment {
  return experiment({
    name: "subject",
    question: "Is every point kept once?",
    axes: { kind: choiceAxis("of points", ["a", "b"], { quick: ["a"], full: ["a", "b"] }) },
    points: ({ axes }) =>
      axes.kind.flatMap((kind) =>
        Array.from({ length: points }, (_, i) => ({
          parameters: { kind, i },
          measure: async () => {
            const start = performance.now();
            await new Promise((resolve) => setTimeout(resolve, milliseconds));
            const seconds = Array.from({ length: 12 }, () => (performance.now() - start) / 1000);
            return ["left", "right"].map((contender) => ({
              ...{ contender, device: "host", outcome: "measured" as const },
              values: { square: i * i, of: `${kind}${i}`, spread: undefined },
              samples: { kernel: seconds, host: seconds.slice(0, 3) },
              check: { comparedRows: i, worstError: 1 / (i + 1) },
            }));
          },
        }))
      ),
    tables: () => [],
  });
}

/** What a subject is run with. */
export function subjectRequest(store: Store): RunRequest {
  const environment = { runtime: {}, platform: "any", hardwareThreads: 1, devices: [] };
  return {
    ...{ store, environment, sourceHash: "aa", sampling: QUICK_SAMPLING },
    ...{ devices: [], scale: "quick", set: {} },
  };
}

/** What the process is told. */
export interface SubjectArguments {
  readonly path: string;
  readonly points: number;
  /** The most bytes of the store. */
  readonly mostBytes?: number;
  /** Milliseconds until it kills itself. */
  readonly killAfter?: number;
}

if (import.meta.main) {
  const { path, points, mostBytes, killAfter }: SubjectArguments = JSON.parse(Deno.args[0]);
  using store = Store.open(path, mostBytes === undefined ? {} : { mostBytes });
  if (killAfter !== undefined) await killAfterwards(killAfter);
  const { measured, takenUp } = await runExperiment(
    testSubject(points, 2),
    subjectRequest(store),
  );
  console.log(JSON.stringify({ measured, takenUp }));
}

async function killAfterwards(after: number): Promise<void> {
  const killer = new Worker(new URL("./test_killer.ts", import.meta.url), { type: "module" });
  const heard = new Int32Array(new SharedArrayBuffer(4));
  const order: KillOrder = { signal: "SIGKILL", after, heard };
  killer.postMessage(order);
  await Atomics.waitAsync(heard, 0, 0).value;
}
