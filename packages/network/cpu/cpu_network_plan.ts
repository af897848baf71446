import { type Csr, type Dense, dense } from "@spmm/formats";
import type { CpuDevice } from "@spmm/wasm";
import type {
  Inference,
  InferOptions,
  NetworkInputs,
  NetworkPlan,
  StageNote,
} from "../inference.ts";
import { connections, type Network } from "../network.ts";
import type { Cascade, CascadeResults } from "./cascade.ts";
import { checkInputs } from "../check_inputs.ts";
import { Turns } from "../turns.ts";

/** What a plan says of itself, and how it runs. */
export interface CpuPlanParts {
  readonly stages: readonly StageNote[];
  readonly labels: readonly string[];
  readonly weightBytes: number;
  readonly featureBytes: number;
  readonly chunk: number;
  readonly inspectSeconds: number;
  readonly uploadSeconds: number;
  /** Whether all that is staged goes through before more is staged. */
  readonly drains: boolean;
  /** Lines of the description, behind the stages. */
  readonly lines: readonly string[];
}

/** A network whose layers stand encoded in the CPU device's memory. */
export class CpuNetworkPlan implements NetworkPlan {
  readonly device: string;
  readonly stages: readonly StageNote[];
  readonly labels: readonly string[];
  readonly weightBytes: number;
  readonly featureBytes: number;
  readonly chunk: number;
  readonly inspectSeconds: number;
  readonly uploadSeconds: number;
  readonly #network: Network;
  readonly #cpu: CpuDevice;
  readonly #cascade: Cascade;
  readonly #drains: boolean;
  readonly #lines: readonly string[];
  readonly #turns = new Turns();

  /** Takes over the cascade, and disposes of it with itself. */
  constructor(network: Network, cpu: CpuDevice, cascade: Cascade, parts: CpuPlanParts) {
    this.#network = network;
    this.#cpu = cpu;
    this.#cascade = cascade;
    this.#drains = parts.drains;
    this.#lines = parts.lines;
    this.device = cpu.name;
    this.stages = parts.stages;
    this.labels = parts.labels;
    this.weightBytes = parts.weightBytes;
    this.featureBytes = parts.featureBytes;
    this.chunk = parts.chunk;
    this.inspectSeconds = parts.inspectSeconds;
    this.uploadSeconds = parts.uploadSeconds;
  }

  describe(): string {
    return [
      `${this.#network.name} on ${this.device}`,
      ...this.stages.map(({ firstLayer, endLayer, strategies, why, weightBytes }) =>
        `layers ${firstLayer} to ${endLayer - 1}: ${strategies.join(", ") || "plain"}; ` +
        `${weightBytes} bytes of weights; ${why}`
      ),
      ...this.#lines,
    ].join("\n");
  }

  infer(inputs: NetworkInputs, options: InferOptions = {}): Promise<Inference> {
    return this.#turns.take(() => this.#infer(inputs, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!(await this.#turns.close())) return;
    this.#cascade[Symbol.dispose]();
  }

  async #infer(inputs: NetworkInputs, options: InferOptions): Promise<Inference> {
    const { layers } = this.#network;
    const whole = "format" in inputs;
    const so = new Progress(whole ? inputs.rows : undefined, options);
    this.#cascade.reset(options.outputs ?? false);
    for await (const chunk of whole ? [inputs] : inputs) await this.#take(chunk, so);
    await this.#run(so, true);
    const { survivors, outputs } = so.time(
      "readback",
      () => inOrder(so.pieces, layers[layers.length - 1].weights.rows),
    );
    const { alive, executed } = this.#cascade.counts();
    return {
      inputs: so.taken,
      survivors,
      ...options.outputs && { outputs },
      alive: alive.map((inputs, layers) => ({ layers, inputs })),
      seconds: so.seconds(),
      edges: {
        counted: so.taken * connections(this.#network),
        executed: executed.reduce((sum, n, l) => sum + n * layers[l].weights.values.length, 0),
      },
    };
  }

  /** Stages a chunk, and runs whenever the stage is full. */
  async #take(chunk: Csr, so: Progress): Promise<void> {
    so.time("upload", () => checkInputs(this.#network, chunk));
    for (let row = 0; row < chunk.rows;) {
      const next = so.time("upload", () => this.#cascade.stage.add(chunk, row));
      so.taken += next - row;
      row = next;
      if (row < chunk.rows) await this.#run(so, this.#drains);
    }
  }

  async #run(so: Progress, drain: boolean): Promise<void> {
    await this.#cpu.exclusively(async (run) => {
      // Waiting for others' turns is nobody's computing.
      const begin = performance.now();
      await this.#cascade.run(run, drain);
      so.add("compute", performance.now() - begin);
    });
    so.pieces.push(so.time("readback", () => this.#cascade.takeResults()));
    so.tell(this.#cascade.counts().waiting);
  }
}

/** How far one inference is, and where its time went. */
class Progress {
  /** Inputs that were staged. */
  taken = 0;
  readonly pieces: CascadeResults[] = [];
  readonly #of: number | undefined;
  readonly #options: InferOptions;
  readonly #begin = performance.now();
  readonly #milliseconds = { upload: 0, compute: 0, readback: 0 };

  constructor(of: number | undefined, options: InferOptions) {
    this.#of = of;
    this.#options = options;
  }

  add(part: "upload" | "compute" | "readback", milliseconds: number): void {
    this.#milliseconds[part] += milliseconds;
  }

  time<Result>(part: "upload" | "readback", work: () => Result): Result {
    const begin = performance.now();
    const result = work();
    this.add(part, performance.now() - begin);
    return result;
  }

  tell(waiting: number): void {
    this.#options.onProgress?.({ inputs: this.taken - waiting, of: this.#of });
  }

  seconds(): Inference["seconds"] {
    const { upload, compute, readback } = this.#milliseconds;
    return {
      upload: upload / 1000,
      compute: compute / 1000,
      readback: readback / 1000,
      total: (performance.now() - this.#begin) / 1000,
    };
  }
}

/** Puts results in the order of the inputs, a column each. */
function inOrder(
  pieces: readonly CascadeResults[],
  rows: number,
): { readonly survivors: Uint32Array<ArrayBuffer>; readonly outputs: Dense } {
  const found = pieces.flatMap(({ ids, outputs }) =>
    [...ids].map((id, i) => ({ id, outputs: outputs.subarray(i * rows, (i + 1) * rows) }))
  ).sort((one, other) => one.id - other.id);
  const outputs = dense(rows, found.length);
  found.forEach((result, column) => {
    result.outputs.forEach((value, row) => {
      outputs.data[row * found.length + column] = value;
    });
  });
  return { survivors: Uint32Array.from(found, ({ id }) => id), outputs };
}
