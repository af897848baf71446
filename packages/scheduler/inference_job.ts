import {
  type InputSource,
  type NetworkIdentity,
  type NetworkInputs,
  networkOrigin,
  type NetworkPlan,
  type NetworkSource,
  type OpenInputs,
  openInputs,
  openNetwork,
  planNetwork,
  type PlanOptions,
} from "@spmm/network";
import { type Csr, sliceRows } from "@spmm/formats";
import type { Device } from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { openGpu } from "@spmm/webgpu";
import type { WorkerDevice } from "./devices/worker_device.ts";
import type { Job, JobProgram, RangeWorker } from "./job.ts";
import { inputsIn, networkIn, shareInference } from "./shared/shared_inference.ts";

/** Which inputs go through which network, and how; plain JSON. */
export interface InferenceDescription extends PlanOptions {
  /** Where each machine reads or makes the network. */
  readonly network: NetworkSource;
  /** Where workers read or make inputs. */
  readonly inputs: InputSource;
  /**
   * Whether all inputs are made once for each machine, before workers start, and stay in each
   * worker's memory; false where absent: workers make the inputs of a range when they get it.
   *
   * It is for measuring with weights and inputs resident on the host: no run makes any input. An
   * input takes 8 bytes for each feature that is not zero, in every worker.
   */
  readonly keepInputs?: boolean;
}

/** What an inference job is made from. */
export interface InferenceWishes extends InferenceDescription {
  /** How many inputs there are; where absent, they are opened to be counted. */
  readonly count?: number;
}

/**
 * A job that runs inputs through a sparse network: the network is opened once for a machine, every
 * worker plans it for its one device, a GPU or the CPU, and makes the inputs of its ranges itself
 * while the device works.
 *
 * Ranges may be of any length: a plan takes them in chunks of its own. Survivors are, to the bit,
 * those of one plan in one process. What a worker has done of a range when it is lost is done again,
 * so that of long static parts more is lost than of dynamic ones.
 *
 * @param wishes Network, inputs, wishes for the plan.
 * @throws As `openNetwork` and `openInputs` of `@spmm/network`, if inputs must be counted.
 *
 * @example Twenty inputs, three layers, one worker
 * ```ts
 * import { inferenceJob, runJob } from "@spmm/scheduler";
 * import { parseNetworkSource } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const network = await parseNetworkSource("radix:1024x3");
 * const inputs = { kind: "rebuilt", neurons: 1024, first: 0, count: 20 } as const;
 * const job = await inferenceJob({ network, inputs });
 * const result = await runJob(job, "single", { devices: "cpu" });
 * assert.deepEqual([result?.inputs, result?.edges.counted], [20, 20 * 3 * 1024 * 32]);
 * ```
 */
export async function inferenceJob(wishes: InferenceWishes): Promise<Job<InferenceDescription>> {
  const { count, ...description } = wishes;
  const { network, inputs } = description;
  return {
    name: networkName(network),
    program: import.meta.url,
    description,
    inputs: count ?? (await openInputs(inputs, await networkIdentity(network))).count,
  };
}

const PIXELS = 784;

/**
 * What must be known of a network to open inputs for it. Only a folder with `network.json` must be
 * read for that.
 *
 * @param source Where the network comes from.
 * @throws As `openNetwork` of `@spmm/network`, for such a folder.
 *
 * @example A network that nobody has to make
 * ```ts
 * import { networkIdentity } from "@spmm/scheduler";
 * import { parseNetworkSource } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const { inputNeurons } = await networkIdentity(await parseNetworkSource("radix:65536x120"));
 * assert.equal(inputNeurons, 65536);
 * ```
 */
export async function networkIdentity(source: NetworkSource): Promise<NetworkIdentity> {
  switch (source.kind) {
    case "radix-net":
    case "official":
      return { source, inputNeurons: source.neurons };
    case "trained":
      return { source, inputNeurons: PIXELS };
    case "directory": {
      const { inputNeurons } = await openNetwork(source);
      return { source, inputNeurons };
    }
  }
}

function networkName(source: NetworkSource): string {
  if (source.kind === "trained" || source.kind === "directory") return networkOrigin(source);
  return `${source.neurons}x${source.layers}`;
}

/** What a worker runs. */
export const program: JobProgram<InferenceDescription> = {
  async load({ network: source, inputs: from, keepInputs = false }) {
    const network = await openNetwork(source);
    return shareInference(network, keepInputs ? await openInputs(from, network) : undefined);
  },

  async start({ description, device: own, shared }): Promise<RangeWorker> {
    const { network: source, inputs: from } = description;
    const network = shared ? await networkIn(shared) : await openNetwork(source);
    const identity = { source, inputNeurons: network.layers[0].weights.cols };
    const kept = shared && await inputsIn(shared);
    const chunks = kept ? partsOf(kept) : madeAhead(await openInputs(from, identity));
    const device = await openOwn(own);
    try {
      const plan = await planNetwork(network, device, description);
      return new InferenceWorker(device, plan, chunks);
    } catch (error) {
      await device[Symbol.asyncDispose]();
      throw error;
    }
  },
};

async function openOwn({ kind, threads }: WorkerDevice): Promise<Device> {
  if (kind === "gpu") return await openGpu();
  return await openCpu(threads === undefined ? {} : { threads });
}

type Chunks = (first: number, end: number) => NetworkInputs;

function partsOf(inputs: Csr): Chunks {
  return (first, end) => sliceRows(inputs, first, end);
}

/** Makes a chunk while the device has the one before. */
function madeAhead(inputs: OpenInputs): Chunks {
  return async function* (first, end) {
    const chunks = inputs.chunks(first, end);
    let next = chunks.next();
    try {
      for (let { done, value } = await next; !done && value; { done, value } = await next) {
        next = inATurn().then(() => chunks.next());
        next.catch(() => {}); // told when it is asked for, if it ever is
        yield value;
      }
    } finally {
      await chunks.return();
    }
  };
}

/** So that whoever has a chunk gives it to the device before the next one takes this thread. */
function inATurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

class InferenceWorker implements RangeWorker {
  readonly #device: Device;
  readonly #plan: NetworkPlan;
  readonly #chunks: Chunks;
  /** A plan cuts what it is given to what its device holds. */
  readonly chunk = Number.MAX_SAFE_INTEGER;

  constructor(device: Device, plan: NetworkPlan, chunks: Chunks) {
    this.#device = device;
    this.#plan = plan;
    this.#chunks = chunks;
  }

  get device(): string {
    return this.#plan.device;
  }

  async infer(
    { first, end }: Parameters<RangeWorker["infer"]>[0],
    onProgress: (inputs: number) => void,
  ): ReturnType<RangeWorker["infer"]> {
    return await this.#plan.infer(this.#chunks(first, end), {
      onProgress: ({ inputs }) => onProgress(inputs),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#plan[Symbol.asyncDispose]();
    await this.#device[Symbol.asyncDispose]();
  }
}
