/** What multiplications ask of a compute pass. */
export interface PassCommands {
  /** As in `GPUComputePassEncoder`. */
  setPipeline(pipeline: GPUComputePipeline): void;
  /** As in `GPUComputePassEncoder`, without dynamic offsets. */
  setBindGroup(index: number, group: GPUBindGroup): void;
  /** As in `GPUComputePassEncoder`. */
  dispatchWorkgroups(x: number, y?: number): void;
}

/**
 * A compute pass that is not told again what it was told last: work that is recorded a thousand times
 * over sets its pipeline and bind group once. A call into some implementations takes as long as a short
 * dispatch does, and a GPU that waits for its host lowers its clocks. All commands must come this way.
 */
export class SparingPass implements PassCommands {
  readonly #pass: PassCommands;
  readonly #groups: GPUBindGroup[] = [];
  #pipeline: GPUComputePipeline | undefined;

  /** Spares a pass whose commands are not set yet. */
  constructor(pass: PassCommands) {
    this.#pass = pass;
  }

  setPipeline(pipeline: GPUComputePipeline): void {
    if (pipeline === this.#pipeline) return;
    this.#pipeline = pipeline;
    this.#pass.setPipeline(pipeline);
  }

  setBindGroup(index: number, group: GPUBindGroup): void {
    if (group === this.#groups[index]) return;
    this.#groups[index] = group;
    this.#pass.setBindGroup(index, group);
  }

  dispatchWorkgroups(x: number, y?: number): void {
    this.#pass.dispatchWorkgroups(x, y);
  }
}
