import type { Dense } from "@spmm/formats";
import { extents, type SpmmProblem } from "@spmm/spmm";
import { entryPoint } from "./entry_point.ts";
import { TooLargeError } from "./errors.ts";
import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { downloadInto, type GpuMatrix, gpuMatrix, writeBuffer } from "./gpu_matrix.ts";
import { bindPass, compilePass, dispatch, foldGrid, type GpuPass, uniform } from "./gpu_pass.ts";
import type { CompiledProgram } from "./pipeline_cache.ts";
import { paddedRows, rowBytes } from "./row_pitch.ts";

type Multiply = (panelB: GpuMatrix, panelC: GpuMatrix) => void;

/**
 * Multiplication by panels of columns, for a B too large for one binding: each panel of B is
 * copied side by side into a buffer of its own, multiplied, and its panel of C copied back.
 *
 * The last panel overlaps the one before it where n is no multiple of the panel, so that all
 * panels have one width and share one encoding; its shared columns are computed twice, alike.
 */
export class ColumnPanels implements Disposable {
  private constructor(
    readonly device: GpuDevice,
    readonly b: GpuMatrix,
    readonly c: GpuMatrix,
    readonly starts: readonly number[],
  ) {}

  /** Buffers for panels of `columns` columns, and the program that copies them. */
  static async ready(
    device: GpuDevice,
    problem: SpmmProblem,
    columns: number,
  ): Promise<ColumnPanels> {
    const { m, n, k } = extents(problem);
    const b = await gpuMatrix(device, k, columns, problem.storage);
    const c = await gpuMatrix(device, m, columns, problem.storage);
    return new ColumnPanels(device, b, c, panelStarts(n, columns));
  }

  /** Multiplies matrices that are on the device, panel after panel. */
  async multiplyThere(b: GpuMatrix, c: GpuMatrix, multiply: Multiply): Promise<void> {
    const mover = await Mover.ready(this.device, b.storage);
    for (const start of this.starts) {
      await mover.move(b, start, this.b, 0, this.b.cols);
      multiply(this.b, this.c);
      await mover.move(this.c, 0, c, start, this.c.cols);
    }
  }

  /** Multiplies matrices that are on the host; neither is ever whole on the device. */
  async multiplyHere(b: Dense, c: Dense, multiply: Multiply): Promise<void> {
    for (const start of this.starts) {
      const { buffer, cols, storage } = this.b;
      writeBuffer(this.device, buffer, paddedRows(b, storage, start, cols));
      multiply(this.b, this.c);
      await downloadInto(this.c, c, start);
    }
  }

  /** Frees the panel buffers. */
  [Symbol.dispose](): void {
    this.b[Symbol.dispose]();
    this.c[Symbol.dispose]();
  }
}

/** First columns of the panels that cover n columns, the last one moved left to end at n. */
export function panelStarts(n: number, columns: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start < n; start += columns) starts.push(Math.min(start, n - columns));
  return starts;
}

/** Copies columns between matrices on the device, by windows of rows that fit a binding. */
class Mover {
  private constructor(
    readonly device: GpuDevice,
    readonly pass: GpuPass,
    readonly program: CompiledProgram,
  ) {}

  static async ready(device: GpuDevice, storage: "f32" | "f16"): Promise<Mover> {
    const pass = movePass(storage);
    return new Mover(device, pass, await compilePass(device, pass));
  }

  async move(
    from: GpuMatrix,
    fromColumn: number,
    to: GpuMatrix,
    toColumn: number,
    columns: number,
  ): Promise<void> {
    const { limits } = this.device;
    const step = windowRows(from, to, limits.maxStorageBufferBindingSize, limits);
    for (let row = 0; row < from.rows; row += step) {
      const rows = Math.min(step, from.rows - row);
      const move = new Uint32Array([
        rows,
        columns,
        from.pitch,
        fromColumn,
        to.pitch,
        toColumn,
        0,
        0,
      ]);
      using uniform = await this.device.allocate(
        move.byteLength,
        GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
        "move",
      );
      writeBuffer(this.device, uniform, move);
      this.#submit(from, to, row, rows, uniform, Math.ceil(rows * columns / MOVE_THREADS));
    }
  }

  #submit(
    from: GpuMatrix,
    to: GpuMatrix,
    row: number,
    rows: number,
    uniform: GpuBuffer,
    workgroups: number,
  ): void {
    const group = bindPass(this.device, "move columns", this.program, [
      window(from, row, rows),
      window(to, row, rows),
      { buffer: uniform },
    ]);
    const encoder = this.device.handle.createCommandEncoder({ label: "move columns" });
    const compute = encoder.beginComputePass({ label: "move columns" });
    const grid = foldGrid(workgroups, this.device.limits.maxComputeWorkgroupsPerDimension);
    dispatch(compute, this.program, group, grid);
    compute.end();
    this.device.handle.queue.submit([encoder.finish()]);
  }
}

function window(
  { buffer, cols, storage }: GpuMatrix,
  row: number,
  rows: number,
): { buffer: GpuBuffer; offset: number; size: number } {
  const bytes = rowBytes(cols, storage);
  return { buffer, offset: row * bytes, size: Math.ceil(rows * bytes / 4) * 4 };
}

function windowRows(
  from: GpuMatrix,
  to: GpuMatrix,
  limit: number,
  { minStorageBufferOffsetAlignment }: { readonly minStorageBufferOffsetAlignment: number },
): number {
  // A multiple of the alignment in rows is aligned in bytes whatever the row length.
  const columns = Math.max(from.cols, to.cols);
  const bytes = rowBytes(columns, from.storage);
  const fitting = Math.floor(limit / bytes);
  const rows = fitting - fitting % minStorageBufferOffsetAlignment;
  if (fitting >= from.rows) return from.rows;
  if (rows > 0) return rows;
  throw new TooLargeError(
    `Cannot split a matrix into panels: ${minStorageBufferOffsetAlignment} rows exceed this device's ` +
      `largest binding (${limit} bytes); use fewer columns: received ${columns}`,
    bytes * minStorageBufferOffsetAlignment,
    limit,
  );
}

const MOVE_THREADS = 256;

function movePass(storage: "f32" | "f16"): GpuPass {
  return {
    label: "move columns",
    workgroups: 0,
    bindings: [
      { role: "b", name: "source", type: `array<${storage}>` },
      { role: "c", name: "sink", type: `array<${storage}>` },
      uniform("plan", "Move", []),
    ],
    code: /* wgsl */ `
struct Move {
  rows: u32,
  columns: u32,
  from_pitch: u32,
  from_start: u32,
  to_pitch: u32,
  to_start: u32,
}

fn move_element(group: u32, thread: u32) {
  let i = group * ${MOVE_THREADS}u + thread;
  let row = i / plan.columns;
  let column = i % plan.columns;
  if (row < plan.rows) {
    sink[row * plan.to_pitch + plan.to_start + column] =
      source[row * plan.from_pitch + plan.from_start + column];
  }
}
${entryPoint(MOVE_THREADS, "move_element")}`,
  };
}
