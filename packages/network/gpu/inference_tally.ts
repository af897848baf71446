import { type Dense, dense } from "@spmm/formats";
import type { Inference, InferenceSeconds } from "../inference.ts";
import type { StageDesign } from "./stage_design.ts";

/** What is added up. */
export interface TallyFacts {
  readonly stages: readonly {
    readonly design: Pick<StageDesign, "endLayer" | "edges">;
    readonly compact: boolean;
  }[];
  /** Connections of the network as it was given. */
  readonly connections: number;
  /** Outputs of the network, where they are wanted. */
  readonly outputs: number | undefined;
  /** What each output of a retired input is. */
  readonly retiredOutput: number;
}

/** What a chunk came to. */
export interface ChunkTally {
  /** Inputs computed from each boundary on: all before the first stage, then who is alive. */
  readonly alive: readonly number[];
  /** Inputs with a value that is not zero. */
  readonly living: number;
  /** Survivors by their number in the chunk, in any order, as their outputs are. */
  readonly survivors: Uint32Array;
  /** Retired inputs by their number in the chunk. */
  readonly retired: Uint32Array;
  /** How many of them were retired at each boundary. */
  readonly retiredAt: readonly number[];
  readonly seconds: InferenceSeconds;
  readonly outputs: Dense | undefined;
}

/** A survivor and where its outputs are. */
interface Survivor {
  readonly input: number;
  /** Absent for a retired input. */
  readonly outputs: Dense | undefined;
  readonly column: number;
}

/** Adds chunks up to one inference. */
export class InferenceTally {
  readonly #facts: TallyFacts;
  readonly #survivors: Survivor[] = [];
  readonly #alive: number[];
  readonly #layers: readonly number[];
  #executed = 0;
  #upload = 0;
  #compute = 0;
  #readback = 0;
  /** Inputs so far. */
  inputs = 0;

  /** Nothing yet. */
  constructor(facts: TallyFacts) {
    this.#facts = facts;
    this.#layers = [
      0,
      ...facts.stages.filter(({ compact }) => compact).map(({ design }) => design.endLayer),
    ];
    this.#alive = this.#layers.map(() => 0);
  }

  /** Adds a chunk of so many inputs. */
  add(inputs: number, chunk: ChunkTally): void {
    const { alive, living, survivors, retired, retiredAt, seconds, outputs } = chunk;
    survivors.forEach((input, column) =>
      this.#survivors.push({ input: this.inputs + input, outputs, column })
    );
    for (const input of retired) {
      this.#survivors.push({ input: this.inputs + input, outputs: undefined, column: 0 });
    }
    // The retired live on, though nobody computes them any more.
    let gone = 0;
    alive.forEach((count, i) => {
      gone += retiredAt[i];
      this.#alive[i] += i === 0 ? living : count + gone;
    });
    let boundary = 0;
    for (const { design, compact } of this.#facts.stages) {
      this.#executed += design.edges * alive[boundary];
      if (compact) boundary += 1;
    }
    this.#upload += seconds.upload;
    this.#compute += seconds.compute;
    this.#readback += seconds.readback;
    this.inputs += inputs;
  }

  /** The whole. */
  finish(total: number): Inference {
    const inOrder = this.#survivors.sort((x, y) => x.input - y.input);
    const { outputs, connections } = this.#facts;
    return {
      inputs: this.inputs,
      survivors: Uint32Array.from(inOrder, ({ input }) => input),
      ...outputs === undefined ? {} : { outputs: this.#outputs(inOrder, outputs) },
      alive: this.#layers.map((layers, i) => ({ layers, inputs: this.#alive[i] })),
      seconds: {
        upload: this.#upload,
        compute: this.#compute,
        readback: this.#readback,
        total,
      },
      edges: { counted: this.inputs * connections, executed: this.#executed },
    };
  }

  #outputs(survivors: readonly Survivor[], rows: number): Dense {
    const all = dense(rows, survivors.length);
    survivors.forEach(({ outputs, column }, at) => {
      for (let row = 0; row < rows; row++) {
        all.data[row * survivors.length + at] = outputs === undefined
          ? this.#facts.retiredOutput
          : outputs.data[row * outputs.cols + column];
      }
    });
    return all;
  }
}
