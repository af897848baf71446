/**
 * The thread in which a worker computes: its calls may block for as long as a GPU is busy, while the
 * thread beside it still listens and says that the worker lives.
 *
 * @module
 */
import { SchedulerError } from "../errors.ts";
import type { JobProgram, RangeWorker, WorkerSetting } from "../job.ts";
import { answerOf } from "../job_result.ts";
import { openSharedFile } from "../shared/shared_file.ts";
import { sharedInMemory } from "../shared/shared_in_memory.ts";
import type { SharedSource } from "../shared/shared_arrays.ts";
import { ShardWriter } from "../shards/shard_writer.ts";
import { loadProgram } from "./load_program.ts";
import type { Order, StartOrder, WorkerMessage } from "./messages.ts";

declare const self: {
  postMessage(message: WorkerMessage): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Order>) => void): void;
};

let worker: RangeWorker | undefined;
let shards: ShardWriter | undefined;
let last: Promise<void> = Promise.resolve();

self.addEventListener("message", ({ data }) => {
  last = last.then(() => obey(data)).catch((error: unknown) => {
    const task = data.kind === "infer" ? { task: data.task } : {};
    self.postMessage({ kind: "failed", ...task, message: describe(error) });
  });
});

async function obey(order: Order): Promise<void> {
  if (order.kind === "start") return await start(order);
  if (worker === undefined) {
    throw new SchedulerError(
      `Cannot infer: a worker must be started first: received range ${order.first}`,
    );
  }
  const { task, first, end } = order;
  const begin = performance.now();
  const inference = await worker.infer({ first, end }, (inputs) => {
    self.postMessage({ kind: "progress", task, inputs });
  });
  if (inference.inputs !== end - first) {
    throw new SchedulerError(
      `Cannot use the inference of inputs ${first} to ${end - 1}: it must be of ${end - first} ` +
        `inputs: received ${inference.inputs}`,
    );
  }
  const answer = answerOf({ first, end }, inference);
  const busySeconds = (performance.now() - begin) / 1000;
  await shards?.add(answer);
  self.postMessage({ kind: "done", task, answer, busySeconds });
}

async function start(order: StartOrder): Promise<void> {
  const begin = performance.now();
  const program = await loadProgram(order.program);
  const { source, close } = await sharedFor(program, order);
  try {
    const setting: WorkerSetting = { description: order.description, device: order.device };
    worker = await program.start(source === undefined ? setting : { ...setting, shared: source });
  } finally {
    close();
  }
  if (order.shards !== undefined) shards = new ShardWriter(order.shards);
  const { device, chunk } = worker;
  const loadSeconds = (performance.now() - begin) / 1000;
  self.postMessage({ kind: "ready", device, chunk, host: hostName(), loadSeconds });
}

async function sharedFor(
  program: JobProgram,
  { shared, description }: StartOrder,
): Promise<{ source: SharedSource | undefined; close: () => void }> {
  if (shared !== undefined) {
    const file = await openSharedFile(shared);
    return { source: file, close: () => file[Symbol.dispose]() };
  }
  const arrays = await program.load?.(description);
  return { source: arrays && await sharedInMemory(arrays), close: () => {} };
}

function hostName(): string {
  try {
    return Deno.hostname();
  } catch {
    return "this machine"; // without the right to ask
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
