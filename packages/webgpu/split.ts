import { sliceRows, transposeCsr } from "@spmm/formats";
import { bytesPerElement, extents, type SpmmProblem } from "@spmm/spmm";
import { TooLargeError } from "./errors.ts";
import type { GpuDesign, GpuKernelDefinition } from "./gpu_kernel.ts";
import { bindingBytes } from "./gpu_pass.ts";
import { freshMemory, type HostMemory } from "./host_memory.ts";
import type { GpuLimits } from "./limits.ts";
import { rowBytes, rowPitch } from "./row_pitch.ts";

/**
 * How a product is cut to fit a device's binding limit.
 *
 * ```text
 *            B  panel 0 | panel 1        B too large for a binding: panels of columns,
 *               ────────┼────────        copied side by side into a buffer of their own
 *   A part 0    C  0,0  |  0,1           A or C too large: parts of rows of op(A), each with
 *   A part 1    C  1,0  |  1,1           its own encoding, writing its rows of C in place
 * ```
 */
export interface Layout {
  readonly parts: readonly Part[];
  /** Columns per panel; equal to n where B and C need no panels. */
  readonly panelColumns: number;
}

/** Rows `start` to `end` of op(A), and the design that multiplies them. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly design: GpuDesign;
}

/**
 * Cuts a problem so that every binding fits, inspecting as it goes: whole where it fits, else in
 * halves, and those again.
 *
 * @throws {TooLargeError} If a single row of op(A), or a single column of B, exceeds the limit.
 */
export function planParts(
  definition: GpuKernelDefinition,
  problem: SpmmProblem,
  limits: GpuLimits,
  memory: HostMemory = freshMemory,
): Layout {
  const { m, n } = extents(problem);
  if (m === 0 || n === 0) return { parts: [], panelColumns: n };
  const panelColumns = columnsPerPanel(problem, limits);
  const panel = panelColumns === n ? problem : { ...problem, n: panelColumns };
  return { parts: partsOf({ definition, problem: panel, limits, memory }, 0, m), panelColumns };
}

function columnsPerPanel(problem: SpmmProblem, limits: GpuLimits): number {
  const { m, n, k } = extents(problem);
  const storage = problem.storage ?? "f32";
  const bytes = bytesPerElement(storage);
  const largestB = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const pitch = Math.min(
    Math.floor(largestB / (k * bytes)),
    Math.floor(limits.maxBufferSize / (m * bytes)),
  );
  if (rowPitch(n, storage) <= pitch) return n;
  if (pitch === 0) {
    throw new TooLargeError(
      `Cannot plan SpMM: one column of B (${k} rows) or C (${m} rows) exceeds this device's largest ` +
        `binding (${largestB} bytes) or buffer (${limits.maxBufferSize}); split A by columns or rows`,
      Math.max(k, m) * bytes,
      largestB,
    );
  }
  const PREFERRED_MULTIPLE = 32;
  if (pitch >= PREFERRED_MULTIPLE) return pitch - pitch % PREFERRED_MULTIPLE;
  let columns = pitch;
  while (rowPitch(columns, storage) > pitch) columns -= 1;
  return columns;
}

/** What all parts of a product have in common. */
interface Whole {
  readonly definition: GpuKernelDefinition;
  readonly problem: SpmmProblem;
  readonly limits: GpuLimits;
  readonly memory: HostMemory;
}

function partsOf(whole: Whole, start: number, end: number): Part[] {
  const { definition, problem, limits, memory } = whole;
  const isWhole = start === 0 && end === extents(problem).m;
  if (couldFit(problem, limits, start, end)) {
    const part = isWhole ? problem : partProblem(problem, start, end);
    const design = definition.inspect(part, limits, memory);
    if (largestBinding(design) <= limits.maxStorageBufferBindingSize) {
      return [{ start, end, design }];
    }
  }
  const middle = middleRow(problem, limits, start, end);
  return [
    ...partsOf(whole, start, middle),
    ...partsOf(whole, middle, end),
  ];
}

function couldFit(problem: SpmmProblem, limits: GpuLimits, start: number, end: number): boolean {
  const bytesOfC = (end - start) * rowBytes(problem.n, problem.storage);
  return bytesOfC <= limits.maxStorageBufferBindingSize;
}

function largestBinding(design: GpuDesign): number {
  const sizes = [...design.preparation ?? [], ...design.passes].flatMap(({ bindings }) =>
    bindings.map(bindingBytes)
  );
  return Math.max(0, ...sizes);
}

/** A part's rows of C must start where a binding may start, so only such rows can be a middle. */
function middleRow(problem: SpmmProblem, limits: GpuLimits, start: number, end: number): number {
  const bytesPerRow = rowBytes(problem.n, problem.storage);
  const step = rowStep(bytesPerRow, limits.minStorageBufferOffsetAlignment);
  const middle = start + Math.ceil((end - start) / 2 / step) * step;
  if (middle < end) return middle;
  throw new TooLargeError(
    `Cannot plan SpMM: rows ${start} to ${end} of op(A) alone exceed this device's largest binding ` +
      `(${limits.maxStorageBufferBindingSize} bytes); split A by columns and add the products`,
    (end - start) * bytesPerRow,
    limits.maxStorageBufferBindingSize,
  );
}

/** The fewest rows of C whose bytes are a multiple of the binding alignment. */
function rowStep(bytesPerRow: number, alignment: number): number {
  let step = 1;
  while (step * bytesPerRow % alignment !== 0) step *= 2;
  return step;
}

/** The problem that computes rows `start` to `end` of C. */
function partProblem(problem: SpmmProblem, start: number, end: number): SpmmProblem {
  const { a, transpose, epilogue, rowOrder, ...rest } = problem;
  return {
    ...rest,
    a: transpose ? transposeCsr(sliceRows(transposeCsr(a), start, end)) : sliceRows(a, start, end),
    ...(transpose ? { transpose } : {}),
    ...(epilogue && {
      epilogue: {
        ...epilogue,
        ...(epilogue.bias && { bias: epilogue.bias.subarray(start, end) }),
      },
    }),
    ...(rowOrder && { rowOrder: orderWithin(rowOrder, start, end) }),
  };
}

function orderWithin(rowOrder: Uint32Array, start: number, end: number): Uint32Array {
  return rowOrder.filter((row) => row >= start && row < end).map((row) => row - start);
}
