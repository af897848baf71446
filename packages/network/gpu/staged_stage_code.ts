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

fn load_b(row: u32, vector: u32) -> Columns {
  let at = row * stage.stride;
  let slot = 4u * vector;
  return Columns(
    source[at + column_of(slot)],
    source[at + column_of(slot + 1u)],
    source[at + column_of(slot + 2u)],
    source[at + column_of(slot + 3u)],
  );
}

fn store_c(row: u32, vector: u32, sum: Columns) {
  let biased = sum + Columns(weights[stage.weights_at + row]);
  let outputs = min(Columns(stage.high), max(Columns(stage.low), biased));
  sink[row * (stage.stride / 4u) + vector] = outputs;
  for (var i = 0u; i < 4u; i++) {
    let bits = select(0u, 1u, outputs[i] != 0.0) | select(0u, 2u, outputs[i] < stage.high);
    mark_slot(4u * vector + i, bits);
  }
}
${slicedEllCode(staging)}`;
}
