import { entryPoint, MATRIX_EXTENT, unrolled } from "@spmm/webgpu";
import type { MatrixUnits } from "./matrix_units_code.ts";
import { type MmaTile, OCTET, PADDING, sliceWarpsOf, warpsOf } from "./mma_tile.ts";
import { PARTS, storing } from "./split_code.ts";
import { tileTravel } from "./tile_travel.ts";

/**
 * The WGSL of the product of packed tiles of halves by units that multiply matrices, to follow the
 * code of `wideIo` with eight columns a vector.
 *
 * @param tile The tile that op(A) was packed in.
 * @param units What multiplies.
 * @param split Whether workgroups share a tile of C, as in the plain product.
 */
export function mmaCode(tile: MmaTile, units: MatrixUnits, split: boolean): string {
  return constants(tile, units) + units.code + TRAVEL + storeCode(split) + mainCode(tile, units);
}

/** Vectors of four sums in a matrix. */
const MATRIX_SUMS = MATRIX_EXTENT ** 2 / 4;

function constants(tile: MmaTile, { threads }: MatrixUnits): string {
  const { rows, columns, depth, slices } = tile;
  const [octets, vectors] = [depth / OCTET, columns / OCTET];
  return PARTS + /* wgsl */ `
const WARP = ${threads}u;
const SLICE_WARPS = ${sliceWarpsOf(tile)}u;
const SLICES = ${slices}u;
const THREADS = WARP * SLICE_WARPS * SLICES;
const DEPTH = ${depth}u;
const SLICE_DEPTH = ${depth / slices}u;
const ROWS = ${rows}u;
const OCTETS = ${octets}u; // in a row of a tile of A
const VECTORS = ${vectors}u; // in a row of a tile of B
const A_PITCH = ${octets + PADDING}u;
const B_PITCH = ${vectors + PADDING}u;
const MATRIX_SUMS = ${MATRIX_SUMS}u;

var<workgroup> a_tile: array<vec4<u32>, ROWS * A_PITCH>;
var<workgroup> b_tile: array<vec4<u32>, DEPTH * B_PITCH>;
var<workgroup> warp_sums: array<vec4<f32>, ${warpsOf(tile) * MATRIX_SUMS}>;
`;
}

/**
 * Reading past an edge is reading the last row or vector: nothing branches. Rows beyond k become
 * zeros on their way into the tile: to make anything of them before would be to wait for them.
 */
const TRAVEL = /* wgsl */ `
fn step_count() -> u32 {
  return (shape.k + DEPTH - 1u) / DEPTH;
}

fn fetch_a(tile: vec2<u32>, step: u32, at: u32) -> vec4<u32> {
  return a_packed[(tile.y * step_count() + step) * (ROWS * OCTETS) + at];
}

fn fetch_b(tile: vec2<u32>, step: u32, at: u32) -> vec4<u32> {
  let row = min(step * DEPTH + at / VECTORS, shape.k - 1u);
  let vector = min(tile.x * VECTORS + at % VECTORS, shape.vectors - 1u);
  return b[row * shape.vectors + vector];
}

fn put_a(step: u32, at: u32, octet: vec4<u32>) {
  a_tile[at / OCTETS * A_PITCH + at % OCTETS] = octet;
}

fn put_b(step: u32, at: u32, octet: vec4<u32>) {
  let is_row = step * DEPTH + at / VECTORS < shape.k;
  b_tile[at / VECTORS * B_PITCH + at % VECTORS] = select(vec4<u32>(0), octet, is_row);
}
`;

function storeCode(split: boolean): string {
  return /* wgsl */ `
fn kept_sum(warp: u32, at: u32) -> Columns {
  let first = warp * MATRIX_SUMS + 2u * at;
  return Columns(warp_sums[first], warp_sums[first + 1u]);
}

fn store_sum(row: u32, vector: u32, part: u32, sum: Columns) {
  if (row < shape.m && vector < shape.vectors && part < parts.count) {
    ${storing(split)}
  }
}
`;
}

/** Tiles of one column of tiles run together, so that they share their rows of B in cache. */
function mainCode(tile: MmaTile, units: MatrixUnits): string {
  const { depth, rows, columns, blockRows, blockColumns, slices } = tile;
  const threads = warpsOf(tile) * units.threads;
  const tiles = [
    { operand: "a", type: "vec4<u32>", size: depth * rows / OCTET },
    { operand: "b", type: "vec4<u32>", size: depth * columns / OCTET },
  ] as const;
  const { fetch, put, declare } = tileTravel(tiles, threads, "step");
  const blocks = Array.from(
    { length: blockRows * blockColumns },
    (_, at) => ({ i: Math.floor(at / blockColumns), j: at % blockColumns }),
  );
  return /* wgsl */ `
const WARPS_ACROSS = ${columns / (MATRIX_EXTENT * blockColumns)}u;
const BLOCK_ROWS = ${blockRows * MATRIX_EXTENT}u;
const BLOCK_VECTORS = ${blockColumns * MATRIX_EXTENT / OCTET}u;

fn multiply_tile(group: u32, thread: u32) {
  let tile_rows = (shape.m + ROWS - 1u) / ROWS;
  let tiles = tile_rows * ((shape.vectors + VECTORS - 1u) / VECTORS);
  let tile = vec2(group % tiles / tile_rows, group % tile_rows);
  let part = group / tiles;
  let begin = min(part * parts.steps, step_count());
  let end = min(begin + parts.steps, step_count());
  let lane = thread % WARP;
  let warp = thread / WARP;
  let slice = warp / SLICE_WARPS;
  let first_row = warp % SLICE_WARPS / WARPS_ACROSS * BLOCK_ROWS;
  let first_vector = warp % WARPS_ACROSS * BLOCK_VECTORS;
  let a_first = first_row * A_PITCH + slice * (SLICE_DEPTH / ${OCTET}u);
  let b_first = slice * SLICE_DEPTH * B_PITCH + first_vector;
  ${blocks.map((block) => `var ${sumOf(block)}: MatrixSum;`).join("\n  ")}
  ${declare}
  if (begin < end) {
    ${fetch("begin")}
  }
  for (var step = begin; step < end; step++) {
    ${put}
    workgroupBarrier();
    let following = min(step + 1u, end - 1u);
    ${fetch("following")}
    ${unrolled(depth / slices / MATRIX_EXTENT, (d) => multiplyAt(tile, units, d))}
    workgroupBarrier();
  }
  ${blocks.map((block) => storeBlock(tile, units, block)).join("\n  ")}
}
${entryPoint("THREADS", "multiply_tile")}`;
}

/** A matrix of sums of a warp. */
interface Block {
  readonly i: number;
  readonly j: number;
}

function sumOf({ i, j }: Block): string {
  return `sum_${i}_${j}`;
}

/** The product of a column of matrices of A and a row of them of B: constant steps from the first. */
function multiplyAt({ blockRows, blockColumns }: MmaTile, units: MatrixUnits, d: number): string {
  const octets = MATRIX_EXTENT / OCTET;
  const [a, b] = [(i: number) => `a_${d}_${i}`, (j: number) => `b_${d}_${j}`];
  const placeOfA = (i: number): string =>
    `a_first + ${i * MATRIX_EXTENT}u * A_PITCH + ${d * octets}u`;
  const placeOfB = (j: number): string =>
    `b_first + ${d * MATRIX_EXTENT}u * B_PITCH + ${j * octets}u`;
  return [
    unrolled(blockRows, (i) => units.loadA(a(i), placeOfA(i))),
    unrolled(blockColumns, (j) => units.loadB(b(j), placeOfB(j))),
    unrolled(
      blockRows,
      (i) => unrolled(blockColumns, (j) => units.multiply(sumOf({ i, j }), a(i), b(j))),
    ),
  ].join("\n    ");
}

/** A matrix of sums goes through workgroup memory, where slices meet and threads can name elements. */
function storeBlock({ slices }: MmaTile, units: MatrixUnits, block: Block): string {
  const octets = MATRIX_EXTENT / OCTET;
  const each = MATRIX_EXTENT * octets / units.threads;
  const parts = unrolled(
    slices,
    (s) => `sum += kept_sum(${s}u * SLICE_WARPS + warp, at);`,
  );
  return /* wgsl */ `
  ${units.keep(sumOf(block), "warp * MATRIX_SUMS")}
  workgroupBarrier();
  if (slice == 0u) {
    for (var turn = 0u; turn < ${each}u; turn++) {
      let at = turn * WARP + lane;
      let row = tile.y * ROWS + first_row + ${block.i * MATRIX_EXTENT}u + at / ${octets}u;
      let vector = tile.x * VECTORS + first_vector + ${block.j * octets}u + at % ${octets}u;
      var sum = Columns();
      ${parts}
      store_sum(row, vector, part, sum);
    }
  }
  workgroupBarrier();`;
}
