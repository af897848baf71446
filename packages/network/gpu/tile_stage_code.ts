import { weightAtCode, type WeightKind } from "./codebook.ts";
import { count } from "./count.ts";
import { STAGE_IO, stageBindings } from "./stage_io.ts";

/** Threads of a workgroup: one warp, so that its tile, and with it every weight, is uniform. */
export const THREADS = 32;
/**
 * Slots of a thread: with four, a load of sixteen weights serves 64 multiply-adds; on an H200 it is
 * a quarter faster than two, and eight leave too few threads in flight.
 */
const SLOTS = 4;
/** Slots of a workgroup. */
export const TILE_SLOTS: number = THREADS * SLOTS;

/**
 * WGSL of one layer by tiles: a warp computes a tile's outputs for 128 slots. Each thread keeps the
 * sums of four slots in registers; an input is loaded once for all outputs of the tile, along the
 * row of features, and the weights are the same for all threads.
 *
 * Bytes, per slot and tile: 4 for each row of its support, 4 for each output. Operations: a
 * multiply-add for each row and output. With 16 outputs of one support of 32 rows, 512 operations
 * for 48 loads: bound by arithmetic and issue, not by memory.
 *
 * @param width Outputs of a tile: 1, 2 or a multiple of 4.
 * @param kind How weights are stored.
 */
export function tileStageCode(width: number, kind: WeightKind = "plain"): string {
  const lanes = Math.min(4, width);
  const vectors = width / lanes;
  const type = lanes === 1 ? "f32" : `vec${lanes}<f32>`;
  const slots = count(SLOTS);
  const each = (line: (slot: number, vector: number) => string): string =>
    slots.flatMap((s) => count(vectors).map((v) => line(s, v))).join("\n    ");
  const step = (i: number): string => `
    {
      let row = row_of_four[${i}] * stage.stride;
      ${slots.map((s) => `let x${s} = source[row + column${s}];`).join("\n      ")}
      ${
    count(vectors).map((v) => `let w${v} = weight_at((step + ${i}u) * ${vectors}u + ${v}u);`).join(
      "\n      ",
    )
  }
      ${each((s, v) => `sum${s}_${v} = fma(${type}(x${s}), w${v}, sum${s}_${v});`)}
    }`;
  return /* wgsl */ `
@group(0) @binding(0) var<storage, read> weights: array<${type}>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> rows: array<vec4<u32>>;
${kind === "codes" ? "@group(0) @binding(3) var<storage, read> codes: array<u32>;" : ""}
${stageBindings(kind === "codes" ? 4 : 3, "f32", "f32")}
${STAGE_IO}
${weightAtCode(kind, lanes)}
alias Outputs = ${type};

fn bits_of(outputs: Outputs) -> u32 {
  return select(0u, 1u, any(outputs != Outputs())) | select(0u, 2u, any(outputs < Outputs(stage.high)));
}

fn store(slot: u32, first_row: u32, outputs: Outputs) {
  if (slot < live_inputs()) {
    ${
    count(lanes).map((i) =>
      `sink[(first_row + ${i}u) * stage.stride + slot] = outputs${lanes === 1 ? "" : `[${i}]`};`
    ).join("\n    ")
  }
  }
}

fn activate(sum: Outputs) -> Outputs {
  return min(Outputs(stage.high), max(Outputs(stage.low), sum));
}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = group.z * groups.x + group.x;
  if (tile >= stage.tiles) {
    return;
  }
  ${
    slots.map((s) =>
      `let slot${s} = group.y * ${TILE_SLOTS}u + ${s * THREADS}u + thread;
  let column${s} = column_of(slot${s});`
    ).join("\n  ")
  }
  ${each((s, v) => `var sum${s}_${v} = weights[tile * ${vectors}u + ${v}u];`)}
  let end = starts[tile + 1u];
  for (var step = starts[tile]; step < end; step += 4u) {
    let row_of_four = rows[step / 4u];
    ${count(4).map(step).join("")}
  }
  ${
    slots.map((s) =>
      `var bits${s} = 0u;
  ${
        count(vectors).map((v) =>
          `let out${s}_${v} = activate(sum${s}_${v});
  bits${s} |= bits_of(out${s}_${v});
  store(slot${s}, tile * ${width}u + ${v * lanes}u, out${s}_${v});`
        ).join("\n  ")
      }
  mark_slot(slot${s}, bits${s});`
    ).join("\n  ")
  }
}
`;
}
