import { entryPoint, unrolled } from "@spmm/webgpu";
import type { Tiling1dConfig } from "./tiling_1d_config.ts";

/**
 * The WGSL of 1-D tiling, to follow the code of `productIo`; its functions are named after the
 * parts of the algorithm.
 *
 * @param config The sizes it is specialised to.
 */
export function tiling1dCode(config: Tiling1dConfig): string {
  return [constants(config), ALIGN_ROW, LOAD_SPARSE_TILE, accumulateCode(config), MAIN].join("\n");
}

function constants(config: Tiling1dConfig): string {
  const { tileK, tileQuads, tileVectors, lanes, subwarps, threads } = config;
  return /* wgsl */ `
const TILE_K = ${tileK}u;
const TILE_QUADS = ${tileQuads}u;
const TILE_VECTORS = ${tileVectors}u;
const LANES = ${lanes}u;
const SUBWARPS = ${subwarps}u;
const THREADS = ${threads}u;

var<workgroup> sparse_values: array<vec4<f32>, ${subwarps * tileQuads}>;
var<workgroup> sparse_offsets: array<vec4<u32>, ${subwarps * tileQuads}>;
`;
}

/**
 * Reverse-offset memory alignment: a row is taken from where a vector load may begin, up to
 * three non-zeros early. Slots past the last row are rows without non-zeros.
 */
const ALIGN_ROW = /* wgsl */ `
struct SparseRow {
  aligned: u32,
  start: u32,
  end: u32,
}

fn align_row(slot: u32) -> SparseRow {
  if (slot >= shape.m) {
    return SparseRow();
  }
  let row = row_at(slot);
  let start = row_offsets[row];
  let end = row_offsets[row + 1u];
  return SparseRow(select(start & ~3u, end, start == end), start, end);
}

fn tile_count(row: SparseRow) -> u32 {
  return (row.end - row.aligned + TILE_K - 1u) / TILE_K;
}

fn longest_tile_count(first_slot: u32) -> u32 {
  var longest = 0u;
  for (var i = 0u; i < SUBWARPS; i++) {
    longest = max(longest, tile_count(align_row(first_slot + i)));
  }
  return longest;
}
`;

/**
 * The lanes of a subwarp fetch a tile's non-zeros with vector loads. Values of neighbouring rows,
 * which alignment brings along, become zeros; indices are multiplied by the stride of B once here
 * instead of in every lane (index pre-scaling).
 */
const LOAD_SPARSE_TILE = /* wgsl */ `
fn load_sparse_tile(row: SparseRow, tile_start: u32, subwarp: u32, lane: u32) {
  for (var quad = lane; quad < TILE_QUADS; quad += LANES) {
    let first = tile_start + 4u * quad;
    if (first < row.end) {
      sparse_values[subwarp * TILE_QUADS + quad] = mask_neighbours(row, first);
      sparse_offsets[subwarp * TILE_QUADS + quad] = col_indices[first / 4u] * shape.vectors;
    }
  }
}

fn mask_neighbours(row: SparseRow, first: u32) -> vec4<f32> {
  let position = vec4(first) + vec4(0u, 1u, 2u, 3u);
  let own = (position >= vec4(row.start)) & (position < vec4(row.end));
  return select(vec4<f32>(0), vec4<f32>(values[first / 4u]), own);
}
`;

/**
 * Four rows of B are on their way at once, in every vector of the lane. A whole tile has a fixed
 * number of steps; the residue of a row has as many as it needs, the last of them filled up with
 * zeros (residue handling).
 */
function accumulateCode({ vectorsPerLane }: Tiling1dConfig): string {
  const each = (line: (component: number, j: number) => string): string =>
    unrolled(
      4 * vectorsPerLane,
      (i) => line(Math.floor(i / vectorsPerLane), i % vectorsPerLane),
    );
  const eachVector = (line: (j: number) => string): string => unrolled(vectorsPerLane, line);
  return /* wgsl */ `
alias Strip = array<Columns, ${vectorsPerLane}>;
alias StripVectors = array<u32, ${vectorsPerLane}>;

// Lanes past the last column repeat it, and store nothing.
fn vectors_of(first_vector: u32) -> StripVectors {
  var vectors: StripVectors;
  ${eachVector((j) => `vectors[${j}] = min(first_vector + ${j}u * LANES, shape.vectors - 1u);`)}
  return vectors;
}

fn accumulate_quad(at: u32, vectors: StripVectors, sums: ptr<function, Strip>) {
  let value = sparse_values[at];
  let offset = sparse_offsets[at];
  ${each((i, j) => `let b${i}_${j} = Columns(b[offset[${i}] + vectors[${j}]]);`)}
  ${each((i, j) => `(*sums)[${j}] = fma(Columns(value[${i}]), b${i}_${j}, (*sums)[${j}]);`)}
}

fn accumulate_tile(subwarp: u32, vectors: StripVectors, sums: ptr<function, Strip>) {
  for (var quad = 0u; quad < TILE_QUADS; quad++) {
    accumulate_quad(subwarp * TILE_QUADS + quad, vectors, sums);
  }
}

fn accumulate_residue(
  remaining: u32,
  subwarp: u32,
  vectors: StripVectors,
  sums: ptr<function, Strip>,
) {
  for (var quad = 0u; 4u * quad < remaining; quad++) {
    accumulate_quad(subwarp * TILE_QUADS + quad, vectors, sums);
  }
}

fn store_strip(slot: u32, first_vector: u32, sums: Strip) {
  if (slot >= shape.m) {
    return;
  }
  let row = row_at(slot);
  ${
    eachVector((j) =>
      `if (first_vector + ${j}u * LANES < shape.vectors) {
    store_c(row, first_vector + ${j}u * LANES, sums[${j}]);
  }`
    )
  }
}
`;
}

/**
 * Column tiles vary slowest, so that the rows in flight share the same columns of B in cache. The
 * loop runs to the workgroup's longest row, since barriers need every thread of it; a subwarp
 * whose row has ended passes by.
 */
const MAIN = /* wgsl */ `
fn multiply_strips(group: u32, thread: u32) {
  let row_groups = (shape.m + SUBWARPS - 1u) / SUBWARPS;
  let first_slot = (group % row_groups) * SUBWARPS;
  let subwarp = thread / LANES;
  let lane = thread % LANES;
  let first_vector = (group / row_groups) * TILE_VECTORS + lane;

  let row = align_row(first_slot + subwarp);
  let vectors = vectors_of(first_vector);
  let tiles = longest_tile_count(first_slot);
  var sums = Strip();
  for (var tile = 0u; tile < tiles; tile++) {
    let tile_start = row.aligned + tile * TILE_K;
    load_sparse_tile(row, tile_start, subwarp, lane);
    workgroupBarrier();
    if (tile_start + TILE_K <= row.end) {
      accumulate_tile(subwarp, vectors, &sums);
    } else if (tile_start < row.end) {
      accumulate_residue(row.end - tile_start, subwarp, vectors, &sums);
    }
    workgroupBarrier();
  }
  store_strip(first_slot + subwarp, first_vector, sums);
}
${entryPoint("THREADS", "multiply_strips")}`;
