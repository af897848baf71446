import type { Dense } from "@spmm/formats";
import {
  checkOperands,
  type DenseMatrix,
  DisposedError,
  extents,
  flops,
  hostZeros,
  type PlanDescription,
  type SpmmPlan,
  type SpmmProblem,
} from "@spmm/spmm";
import { ColumnPanels } from "./column_panels.ts";
import { TooLargeError } from "./errors.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { downloadInto, GpuMatrix, gpuMatrix, writeMatrix } from "./gpu_matrix.ts";
import { type Binding, bindingBytes, bindPass, type BoundRange, dispatch } from "./gpu_pass.ts";
import type { PassCommands } from "./pass_commands.ts";
import { prepare } from "./prepare.ts";
import { type ReadyPass, readyPass } from "./ready_pass.ts";
import { rowBytes } from "./row_pitch.ts";
import type { Layout, Part } from "./split.ts";
import type { Uploads } from "./uploads.ts";

/** What a plan is made of, beside what it is made for. */
interface PlanParts {
  readonly bytes: number;
  readonly inspectSeconds: number;
  readonly description: PlanDescription;
  readonly passes: readonly PlannedPass[];
  readonly uploads: Uploads;
  readonly panels: ColumnPanels | undefined;
}

/** Where B, or a part's rows of C, stand in the buffers of a call. */
interface OperandRange {
  readonly operand: "b" | "c";
  readonly offset: number;
  readonly size?: number;
}

/**
 * A WebGPU plan: besides multiplying, it can append itself to a command encoder.
 *
 * @example Two multiplications, one submit
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { gpuKernel, gpuMatrix, GpuPlan, productIo, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const zeros = gpuKernel({
 *   name: "zeros",
 *   family: "example",
 *   source: "none",
 *   inspect(problem) {
 *     const io = productIo(problem);
 *     const code = `${io.code}
 * @compute @workgroup_size(4)
 * fn main(@builtin(local_invocation_index) row: u32) {
 *   store_c(row, 0u, Columns(0));
 * }`;
 *     const pass = { label: "zeros", bindings: io.bindings, code, workgroups: 1 };
 *     return { passes: [pass], summary: "writes zeros", facts: {} };
 *   },
 * });
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 *   await using plan = await zeros.plan({ a, n: 1 }, gpu);
 *   assert.ok(plan instanceof GpuPlan);
 *   using b = await gpuMatrix(gpu, 4, 1);
 *   using c = await gpuMatrix(gpu, 4, 1);
 *   const encoder = gpu.handle.createCommandEncoder();
 *   plan.record(encoder, b, c);
 *   plan.record(encoder, c, b);
 *   gpu.handle.queue.submit([encoder.finish()]);
 * }
 * ```
 */
export class GpuPlan implements SpmmPlan {
  /** The name of the kernel that runs. */
  readonly kernel: string;
  /** What it multiplies. */
  readonly problem: SpmmProblem;
  /** Where. */
  readonly device: GpuDevice;
  /** Bytes of A's encoding on the device. */
  readonly bytes: number;
  /**
   * Seconds from the start of inspection until all was in the device's queue, and until the device
   * was done with what it writes of the encoding.
   */
  readonly inspectSeconds: number;
  /** 2·nnz·n. */
  readonly flops: number;
  readonly #uploads: Uploads;
  readonly #passes: readonly PlannedPass[];
  readonly #description: PlanDescription;
  readonly #panels: ColumnPanels | undefined;
  readonly #groups = new WeakMap<GPUBuffer, WeakMap<GPUBuffer, GPUBindGroup[]>>();
  #operands: { readonly b: GpuMatrix; readonly c: GpuMatrix } | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #disposed = false;

  private constructor(
    kernel: string,
    problem: SpmmProblem,
    device: GpuDevice,
    { bytes, inspectSeconds, description, passes, uploads, panels }: PlanParts,
  ) {
    this.kernel = kernel;
    this.problem = problem;
    this.device = device;
    this.bytes = bytes;
    this.inspectSeconds = inspectSeconds;
    this.flops = flops(problem);
    this.#description = description;
    this.#passes = passes;
    this.#uploads = uploads;
    this.#panels = panels;
  }

  /**
   * Uploads and compiles a layout.
   *
   * @internal
   * @param kernel The kernel's name.
   * @param problem What is multiplied.
   * @param device Where.
   * @param layout The parts and their designs.
   * @param start When inspection began, in `performance.now()` time.
   * @param uploads Where arrays are uploaded to; shared between plans that share arrays.
   */
  static async ready(
    kernel: string,
    problem: SpmmProblem,
    device: GpuDevice,
    layout: Layout,
    start: number,
    uploads: Uploads,
  ): Promise<GpuPlan> {
    uploads.retain();
    try {
      const passes: PlannedPass[] = [];
      for (const part of layout.parts) {
        passes.push(...await readyPart(device, part, layout, problem, uploads));
      }
      const panels = layout.panelColumns < problem.n
        ? await ColumnPanels.ready(device, problem, layout.panelColumns)
        : undefined;
      // What the device writes is part of inspecting; what is copied there goes with the first
      // multiplication. The call waits for the device; its promise is fulfilled some 10 ms later.
      const isPreparing = layout.parts.some(({ design }) => design.preparation !== undefined);
      const settled = isPreparing ? device.settled() : undefined;
      const inspectSeconds = (performance.now() - start) / 1000;
      await settled;
      return new GpuPlan(kernel, problem, device, {
        bytes: encodingBytes(layout),
        inspectSeconds,
        description: describe(layout, problem),
        passes,
        uploads,
        panels,
      });
    } catch (error) {
      uploads.release();
      throw error;
    }
  }

  /** How the kernel was set up. */
  describe(): PlanDescription {
    return this.#description;
  }

  /**
   * Appends the multiplication to a compute pass, or in a pass of its own to a command encoder: no
   * submit, no wait, no allocation. A pass costs several microseconds to begin and end, so chains
   * of short multiplications belong in one; WebGPU orders the dispatches of a pass.
   *
   * @param into A compute pass that is open, or a command encoder with no pass begun.
   * @param b k×n on this plan's device.
   * @param c m×n on this plan's device; every element is overwritten.
   * @throws {ShapeError} If b or c does not fit the plan.
   * @throws {DisposedError} After disposal.
   * @throws {TooLargeError} If B exceeds the device's largest binding: `multiply` works in panels.
   */
  record(into: PassCommands | GPUCommandEncoder, b: GpuMatrix, c: GpuMatrix): void {
    this.#checkAlive();
    checkOperands(this, b, c);
    if (this.#panels !== undefined) {
      const limit = this.device.limits.maxStorageBufferBindingSize;
      throw new TooLargeError(
        `Cannot record ${this.kernel}: B exceeds this device's largest binding (${limit} bytes); ` +
          `use multiply, which works in panels of columns: received ${b.bytes} bytes`,
        b.bytes,
        limit,
      );
    }
    this.#recordPasses(into, b, c);
  }

  /**
   * C = epilogue(op(A)·B), where B is.
   *
   * @param b k×n.
   * @param c m×n to be overwritten; a new matrix where absent.
   */
  multiply(b: DenseMatrix, c?: DenseMatrix): Promise<DenseMatrix> {
    // One call at a time: the operands' buffers on the device are shared between calls.
    const turn = this.#turn.then(() => this.#multiply(b, c));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #multiply(b: DenseMatrix, c?: DenseMatrix): Promise<DenseMatrix> {
    this.#checkAlive();
    checkOperands(this, b, c);
    const { m, n } = extents(this.problem);
    if (b instanceof GpuMatrix) {
      const result = c ?? await gpuMatrix(this.device, m, n, b.storage);
      await this.#multiplyThere(b, result as GpuMatrix);
      return result;
    }
    const result = c ?? hostZeros(m, n, this.problem.storage ?? "f32");
    await this.#multiplyHere(b as Dense, result as Dense);
    return result;
  }

  /** Frees the encoding, unless another plan shares it, and the operands kept for host calls. */
  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#uploads.release();
      this.#panels?.[Symbol.dispose]();
      this.#operands?.b[Symbol.dispose]();
      this.#operands?.c[Symbol.dispose]();
    }
    return Promise.resolve();
  }

  #checkAlive(): void {
    if (this.#disposed) {
      throw new DisposedError(`Cannot use the plan of ${this.kernel}: it was disposed of`);
    }
  }

  #recordPasses(
    into: PassCommands | GPUCommandEncoder,
    b: GpuMatrix,
    c: GpuMatrix,
  ): void {
    if ("beginComputePass" in into) {
      const pass = into.beginComputePass({ label: this.kernel });
      this.#recordPasses(pass, b, c);
      return pass.end();
    }
    if (this.#passes.length === 0) return;
    const groups = this.#groupsFor(b, c);
    this.#passes.forEach(({ program, grid }, i) => dispatch(into, program, groups[i], grid));
  }

  /** Bind groups are kept per pair of operands, so that a repeated multiplication makes none. */
  #groupsFor(b: GpuMatrix, c: GpuMatrix): readonly GPUBindGroup[] {
    const ofB = this.#groups.get(b.buffer.handle) ?? new WeakMap<GPUBuffer, GPUBindGroup[]>();
    this.#groups.set(b.buffer.handle, ofB);
    const known = ofB.get(c.buffer.handle);
    if (known !== undefined) return known;
    const groups = this.#passes.map(({ label, program, ranges }) =>
      bindPass(this.device, label, program, ranges.map((range) => bound(range, b, c)))
    );
    ofB.set(c.buffer.handle, groups);
    return groups;
  }

  async #multiplyThere(b: GpuMatrix, c: GpuMatrix): Promise<void> {
    if (this.#panels !== undefined) return await this.#panels.multiplyThere(b, c, this.#submit);
    await this.device.guarded(`multiply by ${this.kernel}`, () => this.#submit(b, c));
  }

  async #multiplyHere(b: Dense, c: Dense): Promise<void> {
    if (this.#panels !== undefined) return await this.#panels.multiplyHere(b, c, this.#submit);
    const there = await this.#operandsThere();
    await this.device.guarded(`multiply by ${this.kernel}`, () => {
      writeMatrix(there.b, b);
      this.#submit(there.b, there.c);
    });
    await downloadInto(there.c, c);
  }

  readonly #submit = (b: GpuMatrix, c: GpuMatrix): void => {
    const encoder = this.device.handle.createCommandEncoder({ label: this.kernel });
    this.#recordPasses(encoder, b, c);
    this.device.handle.queue.submit([encoder.finish()]);
  };

  async #operandsThere(): Promise<{ readonly b: GpuMatrix; readonly c: GpuMatrix }> {
    if (this.#operands === undefined) {
      const { m, n, k } = extents(this.problem);
      const { storage } = this.problem;
      const b = await gpuMatrix(this.device, k, n, storage);
      this.#operands = { b, c: await gpuMatrix(this.device, m, n, storage) };
    }
    return this.#operands;
  }
}

/** A pass of a plan; where B and C are depends on the call. */
type PlannedPass = ReadyPass<BoundRange | OperandRange>;

function bound(range: BoundRange | OperandRange, b: GpuMatrix, c: GpuMatrix): BoundRange {
  if (!("operand" in range)) return range;
  const { operand, ...place } = range;
  return { buffer: (operand === "b" ? b : c).buffer, ...place };
}

async function readyPart(
  device: GpuDevice,
  part: Part,
  layout: Layout,
  problem: SpmmProblem,
  uploads: Uploads,
): Promise<PlannedPass[]> {
  const bytes = rowBytes(layout.panelColumns, problem.storage);
  const rowsOfC: OperandRange = {
    operand: "c",
    offset: part.start * bytes,
    ...(layout.parts.length > 1 && {
      size: Math.ceil((part.end - part.start) * bytes / 4) * 4,
    }),
  };
  await uploads.uploadAll(part.design.passes.flatMap(({ bindings }) => bindings));
  await prepare(device, part.design.preparation ?? [], uploads);
  const passes: PlannedPass[] = [];
  for (const pass of part.design.passes) {
    const ranges: (BoundRange | OperandRange)[] = [];
    for (const binding of pass.bindings) {
      ranges.push(await rangeOf(binding, rowsOfC, uploads));
    }
    passes.push(await readyPass(device, pass, ranges));
  }
  return passes;
}

async function rangeOf(
  binding: Binding,
  rowsOfC: OperandRange,
  uploads: Uploads,
): Promise<BoundRange | OperandRange> {
  switch (binding.role) {
    case "b":
      return { operand: "b", offset: 0 };
    case "c":
      return rowsOfC;
    case "scratch":
    case "written":
      return { buffer: await uploads.scratch(binding.name, binding.bytes) };
    case "prepared":
    case "preparing":
      return await uploads.prepared(binding);
    default:
      return await uploads.upload(binding);
  }
}

/** What is told of a layout: all that a plan keeps of it, since its arrays are on the device now. */
function describe({ parts, panelColumns }: Layout, { n }: SpmmProblem): PlanDescription {
  const [first] = parts;
  return {
    summary: first?.design.summary ?? "nothing to multiply: C has no elements",
    facts: {
      ...first?.design.facts,
      ...(parts.length > 1 && { parts: parts.length }),
      ...(panelColumns < n && { panelColumns }),
    },
  };
}

/** Bytes of all arrays of A's encoding in a layout, an array that several passes read once. */
function encodingBytes({ parts }: Layout): number {
  const bytes = new Map<unknown, number>();
  for (const { bindings } of parts.flatMap(({ design }) => design.passes)) {
    for (const binding of bindings) {
      if (binding.role === "encoding") bytes.set(binding.data, bindingBytes(binding));
      if (binding.role === "prepared") bytes.set(binding.array, bindingBytes(binding));
    }
  }
  return bytes.values().reduce((sum, one) => sum + one, 0);
}
