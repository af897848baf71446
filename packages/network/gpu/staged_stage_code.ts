import { slicedEllCode, type Staging } from "@spmm/sliced-ell";
import { STAGE_IO, stageBindings } from "./stage_io.ts";

/** Storage buffers that a staged layer binds. */
export const STAGED_BUFFERS = 9;

/**
 * WGSL of one layer by sliced ELL with staged features (Hidayetoğlu et al. §III-A and B): the code
 * of the kernel of that name, which here reads live columns only and marks what it writes.
 *
 * @param staging The sizes it is specialised to.
 */
export function stagedStageCode(staging: Staging): string {
  return /* wgsl */ `
@group(0) @binding(0) var<storage, read> stage_plan: array<u32>;
@group(0) @binding(1) var<storage, read> feature_map: array<u32>;
@group(0) @binding(2) var<storage, read> slots: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
${stageBindings(4, "f32", "vec4<f32>")}
@group(0) @binding(10) var<uniform> shape: Shape;
${STAGE_IO}
alias Columns = vec4<f32>;

struct Shape {
  m: u32,
  vectors: u32,
}

fn workgroup_index(id: vec3<u32>, count: vec3<u32>) -> u32 {
  return id.y * count.x + id.x;
}

fn row_at(slot: u32) -> u32 {
  return slot;
}

// A thread loads and stores one vector of slots only, so what it knows of their columns, and which
// flags it has set, is kept: asking and setting them for each row would take longer than the rest.
var<private> own_vector: u32 = 0xffffffffu;
var<private> own_columns: vec4<u32>;
var<private> own_flags: vec4<u32>;

fn turn_to(vector: u32) {
  if (vector != own_vector) {
    own_vector = vector;
    own_columns = vec4<u32>(
      column_of(4u * vector),
      column_of(4u * vector + 1u),
      column_of(4u * vector + 2u),
      column_of(4u * vector + 3u),
    );
    own_flags = vec4<u32>(0u);
  }
}

fn load_b(row: u32, vector: u32) -> Columns {
  turn_to(vector);
  let at = row * stage.stride;
  return Columns(
    source[at + own_columns.x],
    source[at + own_columns.y],
    source[at + own_columns.z],
    source[at + own_columns.w],
  );
}

fn store_c(row: u32, vector: u32, sum: Columns) {
  turn_to(vector);
  let biased = sum + Columns(weights[stage.weights_at + row]);
  let outputs = min(Columns(stage.high), max(Columns(stage.low), biased));
  sink[row * (stage.stride / 4u) + vector] = outputs;
  let zero = vec4<u32>(0u);
  let flags = select(zero, vec4<u32>(1u), outputs != Columns(0.0)) |
    select(zero, vec4<u32>(2u), outputs < Columns(stage.high));
  let fresh = flags & ~own_flags;
  if (any(fresh != zero)) {
    own_flags |= flags;
    mark_slot(4u * vector, fresh.x);
    mark_slot(4u * vector + 1u, fresh.y);
    mark_slot(4u * vector + 2u, fresh.z);
    mark_slot(4u * vector + 3u, fresh.w);
  }
}
${slicedEllCode(staging)}`;
}
