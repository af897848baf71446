import type { Bounds } from "../activation_bounds.ts";
import { BOUNDARY_WORDS } from "./compaction_code.ts";

/**
 * What kernels of a stage see besides weights, as WGSL to follow their own bindings.
 *
 * ```text
 *  source, sink   features: a row per neuron, a column per slot, `stride` columns apart
 *  live           slot by slot: the column of `source` it reads; then the number of its input
 *  boundaries     per boundary between stages: workgroups x, y, z, how many inputs live, and retire
 *  flags          slot by slot: 1 if an output is not zero, + 2 if one is below the ceiling
 * ```
 *
 * Reading through `live` is what compaction costs: a dead input's column is never read again, and
 * the next stage writes its columns side by side.
 */
export const STAGE_IO = /* wgsl */ `
struct Stage {
  stride: u32,
  boundary: u32,
  tiles: u32,
  outputs: u32,
  mark: u32,
  weights_at: u32,
  low: f32,
  high: f32,
}

fn live_inputs() -> u32 {
  return boundaries[${BOUNDARY_WORDS}u * stage.boundary + 3u];
}

// Slots past the last read the last column: their results are not kept.
fn column_of(slot: u32) -> u32 {
  return live[min(slot, live_inputs() - 1u)];
}

fn mark_slot(slot: u32, bits: u32) {
  if (stage.mark != 0u && bits != 0u && slot < live_inputs()) {
    atomicOr(&flags[slot], bits);
  }
}
`;

/** The bindings that all stages have, after those of their weights. */
export function stageBindings(first: number, source: string, sink: string): string {
  return [
    `var<storage, read> source: array<${source}>;`,
    `var<storage, read_write> sink: array<${sink}>;`,
    "var<storage, read> live: array<u32>;",
    "var<storage, read> boundaries: array<u32>;",
    "var<storage, read_write> flags: array<atomic<u32>>;",
    "var<uniform> stage: Stage;",
  ].map((line, i) => `@group(0) @binding(${first + i}) ${line}`).join("\n");
}

/** The kinds of {@linkcode stageBindings}, in order. */
export const STAGE_BINDING_TYPES: readonly GPUBufferBindingType[] = [
  "read-only-storage",
  "storage",
  "read-only-storage",
  "read-only-storage",
  "storage",
  "uniform",
];

/** The numbers of the struct Stage. */
export interface StageNumbers {
  readonly stride: number;
  readonly boundary: number;
  readonly tiles: number;
  readonly outputs: number;
  readonly mark: boolean;
  readonly weightsAt: number;
  readonly bounds: Bounds;
}

/** The struct Stage in bytes. */
export function stageUniform(numbers: StageNumbers): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(8);
  words.set([
    numbers.stride,
    numbers.boundary,
    numbers.tiles,
    numbers.outputs,
    numbers.mark ? 1 : 0,
    numbers.weightsAt,
  ]);
  new Float32Array(words.buffer).set([numbers.bounds.low, numbers.bounds.high], 6);
  return words;
}
