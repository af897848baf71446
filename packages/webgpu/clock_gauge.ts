import { entryPoint } from "./entry_point.ts";
import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { bindPass, compilePass, dispatch, type GpuPass } from "./gpu_pass.ts";
import type { Recorder } from "./timing.ts";

const THREADS = 32;

/** Multiply-adds that wait for each other. */
function chain(label: string, workgroups: number, steps: number): GpuPass {
  return {
    label,
    workgroups,
    bindings: [{ role: "c", name: "sink", type: "array<f32>" }],
    code: /* wgsl */ `
fn follow_chain(group: u32, thread: u32) {
  let step = sink[thread];
  var sum = step + 1.0;
  for (var i = 0u; i < ${steps}u; i++) {
    sum = fma(sum, 0.999, step);
  }
  sink[thread] = sum * 0.0;
}
${entryPoint(THREADS, "follow_chain")}`,
  };
}

/** Some 40 µs at two gigahertz, in a corner of the GPU. */
const GAUGE = chain("clock gauge", 1, 20_000);
/** About a millisecond of all of a large GPU. */
const HEATER = chain("clock heater", 132 * 16, 500_000);
/** What a millisecond is in seconds. */
const HEATER_SECONDS = 1e-3;

/** How much longer than ever a chain may take. */
const SLACK = 1.05;

const leastOf = new WeakMap<GpuDevice, number>();

/**
 * Tells whether a GPU's clocks are up, and keeps them there: whether one chain of multiply-adds takes hardly longer than it
 * ever did there. A GPU that was idle for seconds, while programs were compiled, has been seen to stay
 * at a fifth of its clock for half a second of work.
 */
export class ClockGauge implements Disposable {
  /** The work to be timed. */
  readonly record: Recorder;
  readonly #device: GpuDevice;
  readonly #sink: GpuBuffer;
  readonly #heat: Recorder;

  private constructor(device: GpuDevice, sink: GpuBuffer, record: Recorder, heat: Recorder) {
    this.#device = device;
    this.#sink = sink;
    this.#heat = heat;
    this.record = record;
  }

  /** A gauge on a device. */
  static async on(device: GpuDevice): Promise<ClockGauge> {
    const bytes = THREADS * Float32Array.BYTES_PER_ELEMENT;
    const sink = await device.allocate(bytes, GPUBufferUsage.STORAGE, GAUGE.label);
    const recorderOf = async (pass: GpuPass): Promise<Recorder> => {
      const program = await compilePass(device, pass);
      const group = bindPass(device, pass.label, program, [{ buffer: sink }]);
      return (encoder) => dispatch(encoder, program, group, [pass.workgroups, 1]);
    };
    return new ClockGauge(device, sink, await recorderOf(GAUGE), await recorderOf(HEATER));
  }

  /**
   * Keeps the GPU at work while the host writes down what is to be timed: where that takes longer
   * than the work itself the GPU is idle for most of the time, and its clocks go down.
   *
   * @param seconds How long.
   */
  keepBusy(seconds: number): void {
    const { handle } = this.#device;
    const encoder = handle.createCommandEncoder({ label: HEATER.label });
    const pass = encoder.beginComputePass();
    const turns = Math.ceil(seconds / HEATER_SECONDS);
    for (let turn = 0; turn < turns; turn++) this.#heat(pass);
    pass.end();
    handle.queue.submit([encoder.finish()]);
  }

  /** Whether any gauge was read on the device. */
  get isSet(): boolean {
    return leastOf.has(this.#device);
  }

  /**
   * Reads the gauge.
   *
   * @param seconds What the chain took now.
   */
  isUp(seconds: number): boolean {
    const least = Math.min(seconds, leastOf.get(this.#device) ?? Infinity);
    leastOf.set(this.#device, least);
    return seconds <= SLACK * least;
  }

  /** Frees its buffer. */
  [Symbol.dispose](): void {
    this.#sink[Symbol.dispose]();
  }
}
