import type { GpuDevice } from "./gpu_device.ts";
import type { GpuBuffer } from "./gpu_buffer.ts";
import { MATRIX_DIRECTIVES, usesMatrixUnits } from "./matrix_units.ts";
import type { PassCommands } from "./pass_commands.ts";
import type { CompiledProgram } from "./pipeline_cache.ts";
import { remembered } from "./remembered.ts";

/** Arrays that can be uploaded for a kernel to read. */
export type KernelData =
  | Uint32Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>
  | Float32Array<ArrayBufferLike>
  | Float16Array<ArrayBufferLike>;

/**
 * One binding of a pass. `name` is the variable in WGSL, `type` its WGSL type; the declaration is
 * generated, so that text and binding order cannot drift apart.
 *
 * - `b`, `c`: the dense operands; B is read, C read and written.
 * - `encoding`: an array of A's encoding, uploaded once per plan; passes that name the same array
 *   share the upload. Its bytes count as the plan's.
 * - `constant`: small data that is no part of the encoding: bias, parameters.
 * - `uniform`: a struct of u32 in uniform memory.
 * - `scratch`: device memory between passes of a plan, content undefined, shared by name with all
 *   plans of the device: what a multiplication leaves there is gone with the next.
 * - `written`: the same memory, for a pass that only reads what one before it left there: loads that
 *   no store can be in the way of are quicker.
 * - `prepared`: part of the encoding that a preparation writes on the device, where it is bound as
 *   `preparing`; zeros until then. The same array object is the same memory.
 */
export type Binding =
  | { readonly role: "b" | "c"; readonly name: string; readonly type: string }
  | {
    readonly role: "encoding" | "constant";
    readonly name: string;
    readonly type: string;
    readonly data: KernelData;
  }
  | {
    readonly role: "uniform";
    readonly name: string;
    readonly type: string;
    readonly data: Uint32Array<ArrayBufferLike>;
  }
  | {
    readonly role: "scratch" | "written";
    readonly name: string;
    readonly type: string;
    readonly bytes: number;
  }
  | {
    readonly role: "prepared" | "preparing";
    readonly name: string;
    readonly type: string;
    readonly array: PreparedArray;
  };

/** Bytes of what a binding brings or asks for; none for the operands, which a call brings. */
export function bindingBytes(binding: Binding): number {
  switch (binding.role) {
    case "b":
    case "c":
      return 0;
    case "scratch":
    case "written":
      return binding.bytes;
    case "prepared":
    case "preparing":
      return binding.array.bytes;
    default:
      return binding.data.byteLength;
  }
}

/** A binding that brings its data along. */
export type DataBinding = Extract<Binding, { data: ArrayBufferView }>;

/** Part of an encoding that is written on the device: an object of its own for each. */
export interface PreparedArray {
  /** Its size. */
  readonly bytes: number;
}

/**
 * The binding of an array of A's encoding.
 *
 * @param name The variable in WGSL.
 * @param type Its WGSL type.
 * @param data What to upload.
 *
 * @example Row offsets
 * ```ts
 * import { encoding } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const binding = encoding("row_offsets", "array<u32>", new Uint32Array([0, 2, 3]));
 * assert.equal(binding.role, "encoding");
 * ```
 */
export function encoding(name: string, type: string, data: KernelData): DataBinding {
  return { role: "encoding", name, type, data };
}

/**
 * The binding of a struct of u32 in uniform memory.
 *
 * @param name The variable in WGSL.
 * @param type The struct.
 * @param numbers Its members, in order.
 *
 * @example Two counts
 * ```ts
 * import { uniform } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const binding = uniform("grid", "Grid", [3, 4]);
 * assert.ok("data" in binding);
 * assert.deepEqual(binding.data, Uint32Array.of(3, 4));
 * ```
 */
export function uniform(name: string, type: string, numbers: readonly number[]): DataBinding {
  return { role: "uniform", name, type, data: new Uint32Array(numbers) };
}

/**
 * A dispatch as an inert description: what to bind, what to run, how many workgroups. Nothing here
 * touches a device, so plans can be tested without one.
 */
export interface GpuPass {
  /** For messages and profilers. */
  readonly label: string;
  /** What it sees, in the order of the binding numbers. */
  readonly bindings: readonly Binding[];
  /** WGSL less the declarations of the bindings, with an entry point `main`. */
  readonly code: string;
  /**
   * Workgroups wanted. Above the device's limit per dimension the grid is folded into two; the
   * code takes its number from `workgroup_index` and returns where it has no work.
   */
  readonly workgroups: number;
}

/**
 * `workgroup_index(id, count)`: the number of a workgroup in a grid that may be folded. The last
 * line of a folded grid has more workgroups than asked for, so code must check its number.
 */
const WORKGROUP_INDEX = /* wgsl */ `
fn workgroup_index(id: vec3<u32>, count: vec3<u32>) -> u32 {
  return id.y * count.x + id.x;
}
`;

/**
 * The grid of `workgroups` workgroups under a limit per dimension.
 *
 * @returns Workgroups along x and y; their product is at least `workgroups`.
 */
export function foldGrid(workgroups: number, limit: number): readonly [number, number] {
  if (workgroups <= limit) return [workgroups, 1];
  const y = Math.ceil(workgroups / limit);
  return [Math.ceil(workgroups / y), y];
}

/**
 * The complete WGSL of a pass: its declarations, `workgroup_index`, its code.
 *
 * @param pass The pass.
 *
 * @example Declarations follow the bindings
 * ```ts
 * import { encoding, passSource } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const bindings = [encoding("values", "array<f32>", new Float32Array(4))];
 * const wgsl = passSource({ label: "none", bindings, code: "", workgroups: 1 });
 * assert.match(wgsl, /@binding\(0\) var<storage, read> values: array<f32>;/);
 * ```
 */
export function passSource({ bindings, code }: GpuPass): string {
  const declarations = bindings.map(
    ({ role, name, type }, i) =>
      `@group(0) @binding(${i}) var<${ADDRESS_SPACE[role]}> ${name}: ${type};`,
  );
  return sourceOf(declarations.join("\n"), code);
}

const sourceOf = remembered((declarations: string, code: string): string => {
  const hasMatrices = usesMatrixUnits(code);
  const halves = hasMatrices || /\bf16\b/.test(declarations) ? "enable f16;\n" : "";
  const directives = hasMatrices ? halves + MATRIX_DIRECTIVES : halves;
  return `${directives}${declarations}\n${WORKGROUP_INDEX}${code}`;
});

const ADDRESS_SPACE: Readonly<Record<Binding["role"], string>> = {
  b: "storage, read",
  c: "storage, read_write",
  encoding: "storage, read",
  constant: "storage, read",
  uniform: "uniform",
  scratch: "storage, read_write",
  written: "storage, read",
  prepared: "storage, read",
  preparing: "storage, read_write",
};

const BINDING_TYPE: Readonly<Record<Binding["role"], GPUBufferBindingType>> = {
  b: "read-only-storage",
  c: "storage",
  encoding: "read-only-storage",
  constant: "read-only-storage",
  uniform: "uniform",
  scratch: "storage",
  written: "read-only-storage",
  prepared: "read-only-storage",
  preparing: "storage",
};

/** Compiles a pass, or finds it compiled. */
export function compilePass(device: GpuDevice, pass: GpuPass): Promise<CompiledProgram> {
  return device.pipelines.get({
    label: pass.label,
    wgsl: passSource(pass),
    bindingTypes: pass.bindings.map(({ role }) => BINDING_TYPE[role]),
  });
}

/** A buffer, or the part of one that a binding sees. */
export interface BoundRange {
  readonly buffer: GpuBuffer;
  readonly offset?: number;
  readonly size?: number;
}

/** A bind group of a compiled pass over one range per binding, in order. */
export function bindPass(
  device: GpuDevice,
  label: string,
  program: CompiledProgram,
  ranges: readonly BoundRange[],
): GPUBindGroup {
  return device.handle.createBindGroup({
    label,
    layout: program.layout,
    entries: ranges.map(({ buffer, offset, size }, binding) => ({
      binding,
      resource: {
        buffer: buffer.handle,
        ...(offset === undefined ? {} : { offset }),
        ...(size === undefined ? {} : { size }),
      },
    })),
  });
}

/** Appends a dispatch to a compute pass. */
export function dispatch(
  encoder: PassCommands,
  program: CompiledProgram,
  group: GPUBindGroup,
  grid: readonly [number, number],
): void {
  encoder.setPipeline(program.pipeline);
  encoder.setBindGroup(0, group);
  encoder.dispatchWorkgroups(...grid);
}
