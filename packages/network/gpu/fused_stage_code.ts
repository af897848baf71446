import { weightAtCode, type WeightKind } from "./codebook.ts";
import { count } from "./count.ts";
import { LAYER_WORDS, LIST_STEP, SLICE_TILES } from "./fused_layers.ts";
import { STAGE_IO, stageBindings } from "./stage_io.ts";

/** The sizes a fused kernel is specialised to. */
export interface FusedConfig {
  /** Outputs of a tile: 1 or 2. */
  readonly width: number;
  /** Inputs of a workgroup, 4 or 8. */
  readonly slots: number;
  /** Rows of features in workgroup memory: of the widest activation between its layers. */
  readonly rows: number;
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Tiles of a thread. */
  readonly rounds: number;
  /** Loads of eight rows per tile, where all have the same; the loop is then unrolled. */
  readonly uniformLength: number | undefined;
  /** How weights are stored. */
  readonly weightKind: WeightKind;
}

/** Longer lists are looped over: unrolling them would not fit the instruction cache. */
const LONGEST_UNROLLED = 8;

/**
 * WGSL of many layers in one kernel: a workgroup keeps the activations of 8 inputs in workgroup
 * memory; a thread computes a tile's outputs for all 8, in registers, and writes them over the
 * inputs once everybody has read. Between layers nothing leaves the chip but two barriers.
 *
 * Bytes, per workgroup and layer: the weights and lists from the second-level cache, 4 per weight
 * and 2 per row of a support; workgroup memory, 32 for each tile and row. Operations: 8
 * multiply-adds per weight. On an H200, 1024 neurons × 32: 132 KB and 0.26 M multiply-adds a
 * workgroup, for 1832 inputs two workgroups a multiprocessor, which arithmetic alone would do in 2 µs
 * a layer. Measured: 7.4; without loads of weights 5.3, without those of features 6.2 of 6.6.
 */
export function fusedStageCode(config: FusedConfig): string {
  const { width, slots, rows, threads, rounds } = config;
  const halves = count(slots / 4);
  const steps = 4 / width;
  const sums = count(width).flatMap((o) => halves.map((h) => ({ o, h, name: `sum${o}_${h}` })));
  const eachRound = (line: (round: number) => string): string => count(rounds).map(line).join("");
  const step = (i: number): string => `
      {
        let row = features[(list[${i >> 1}] >> ${(i & 1) * 16}u) & 0xffffu];
        ${
    sums.map(({ o, h, name }) => {
      const weight = `weights${Math.floor(i / steps)}[${i % steps * width + o}]`;
      return `${name} = fma(vec4<f32>(${weight}), row.inputs${h}, ${name});`;
    }).join("\n        ")
  }
      }`;
  const load = (where: string): string => `
    {
      let list = lists[first_list + ${where}];
      let at = first_weight + (${where}) * ${LIST_STEP / steps * SLICE_TILES}u;
      ${
    count(LIST_STEP / steps).map((v) => `let weights${v} = weight_at(at + ${v * SLICE_TILES}u);`)
      .join("\n      ")
  }
      ${count(LIST_STEP).map(step).join("")}
    }`;
  const coded = config.weightKind === "codes";
  const { uniformLength } = config;
  const unrolled = uniformLength !== undefined && uniformLength <= LONGEST_UNROLLED;
  const multiply = unrolled
    ? count(uniformLength).map((i) => load(`${i}u`)).join("")
    : `for (var load = 0u; load < loads; load++) {${load("load")}
    }`;
  return /* wgsl */ `
@group(0) @binding(0) var<storage, read> weights: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> lists: array<vec4<u32>>;
${coded ? "@group(0) @binding(3) var<storage, read> codes: array<u32>;" : ""}
${stageBindings(coded ? 4 : 3, "f32", "vec4<f32>")}
${STAGE_IO}
${weightAtCode(config.weightKind, 4)}
struct Row {
  ${halves.map((h) => `inputs${h}: vec4<f32>,`).join("\n  ")}
}

struct Sums {
  ${sums.map(({ name }) => `${name}: vec4<f32>,`).join("\n  ")}
}

var<workgroup> features: array<Row, ${rows}>;

fn bias_at(i: u32) -> f32 {
  return weights[i / 4u][i % 4u];
}

fn multiply_tile(layer: u32, tile: u32) -> Sums {
  let first_list = tables[tables[layer + 1u] + tile];
  let slice = tables[layer + 2u] + tile / ${SLICE_TILES}u * 2u;
  let first_weight = tables[slice] + tile % ${SLICE_TILES}u;
  let loads = tables[slice + 1u];
  let bias = tables[layer + 3u] + tile * ${width}u;
  ${sums.map(({ o, name }) => `var ${name} = vec4<f32>(bias_at(bias + ${o}u));`).join("\n  ")}
  ${multiply}
  return Sums(${sums.map(({ name }) => name).join(", ")});
}

fn store_tile(layer: u32, tile: u32, sums: Sums) {
  let low = vec4<f32>(bitcast<f32>(tables[layer + 4u]));
  let high = vec4<f32>(bitcast<f32>(tables[layer + 5u]));
  ${
    count(width).map((o) =>
      `features[tile * ${width}u + ${o}u] = Row(${
        halves.map((h) => `min(high, max(low, sums.sum${o}_${h}))`).join(", ")
      });`
    ).join("\n  ")
  }
}

fn load_features(group: u32, thread: u32) {
  ${count(slots).map((i) => `let column${i} = column_of(group * ${slots}u + ${i}u);`).join("\n  ")}
  for (var row = thread; row < stage.tiles; row += ${threads}u) {
    let at = row * stage.stride;
    features[row] = Row(${
    halves.map((h) =>
      `vec4<f32>(${count(4).map((i) => `source[at + column${4 * h + i}]`).join(", ")})`
    ).join(", ")
  });
  }
}

// Slots past the last live one are written too: nobody reads them.
fn store_features(group: u32, thread: u32) {
  var some = Row();
  var below = Row();
  for (var row = thread; row < stage.outputs; row += ${threads}u) {
    let at = (row * stage.stride + group * ${slots}u) / 4u;
    let outputs = features[row];
    ${
    halves.map((h) =>
      `sink[at + ${h}u] = outputs.inputs${h};
    some.inputs${h} = max(some.inputs${h}, abs(outputs.inputs${h}));
    below.inputs${h} = max(below.inputs${h}, stage.high - outputs.inputs${h});`
    ).join("\n    ")
  }
  }
  ${
    count(slots).map((i) => {
      const [h, lane] = [i >> 2, i & 3];
      return `mark_slot(group * ${slots}u + ${i}u, select(0u, 1u, some.inputs${h}[${lane}] > 0.0) | select(0u, 2u, below.inputs${h}[${lane}] > 0.0));`;
    }).join("\n  ")
  }
}

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  load_features(group.x, thread);
  workgroupBarrier();
  let end = tables[6];
  for (var layer = 0u; layer < end; layer += ${LAYER_WORDS}u) {
    let tiles = tables[layer];
    ${
    eachRound((r) => `
    var sums${r} = Sums();
    if (thread + ${r * threads}u < tiles) {
      sums${r} = multiply_tile(layer, thread + ${r * threads}u);
    }`)
  }
    workgroupBarrier();
    ${
    eachRound((r) => `
    if (thread + ${r * threads}u < tiles) {
      store_tile(layer, thread + ${r * threads}u, sums${r});
    }`)
  }
    workgroupBarrier();
  }
  store_features(group.x, thread);
}
`;
}
