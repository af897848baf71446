import { entryPoint } from "./entry_point.ts";
import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { bindPass, compilePass, dispatch, type GpuPass } from "./gpu_pass.ts";
import type { Recorder } from "./timing.ts";

const THREADS = 32;
/** Multiply-adds that wait for each other: some 40 µs at two gigahertz. */
const STEPS = 20_000;

const CHAIN: GpuPass = {
  label: "clock gauge",
  workgroups: 1,
  bindings: [{ role: "c", name: "sink", type: "array<f32>" }],
  code: /* wgsl */ `
fn follow_chain(group: u32, thread: u32) {
  let step = sink[thread];
  var sum = step + 1.0;
  for (var i = 0u; i < ${STEPS}u; i++) {
    sum = fma(sum, 0.999, step);
  }
  // Always zero, as no compiler can tell: one that can leaves the chain out.
  sink[thread] = select(0.0, 1.0, sum < step);
}
${entryPoint(THREADS, "follow_chain")}`,
};

/** How much longer than ever a chain may take. */
const SLACK = 1.05;

const leastOf = new WeakMap<GpuDevice, number>();

/**
 * Tells whether a GPU's clocks are up: whether one chain of multiply-adds takes hardly longer than it
 * ever did there. A GPU that was idle for seconds, while programs were compiled, has been seen to stay
 * at a fifth of its clock for half a second of work.
 */
export class ClockGauge implements Disposable {
  /** The work to be timed. */
  readonly record: Recorder;
  readonly #device: GpuDevice;
  readonly #sink: GpuBuffer;

  private constructor(device: GpuDevice, sink: GpuBuffer, record: Recorder) {
    this.#device = device;
    this.#sink = sink;
    this.record = record;
  }

  /** A gauge on a device. */
  static async on(device: GpuDevice): Promise<ClockGauge> {
    const program = await compilePass(device, CHAIN);
    const bytes = THREADS * Float32Array.BYTES_PER_ELEMENT;
    const sink = await device.allocate(bytes, GPUBufferUsage.STORAGE, CHAIN.label);
    const group = bindPass(device, CHAIN.label, program, [{ buffer: sink }]);
    return new ClockGauge(
      device,
      sink,
      (pass) => dispatch(pass, program, group, [CHAIN.workgroups, 1]),
    );
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
