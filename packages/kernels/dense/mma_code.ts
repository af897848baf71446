import { entryPoint, MATRIX_EXTENT, unrolled } from "@spmm/webgpu";
import type { MatrixUnits } from "./matrix_units_code.ts";
import {
  keptRowsOf,
  type MmaTile,
  OCTET,
  pitchOfA,
  pitchOfB,
  pitchOfSums,
  sliceWarpsOf,
  stripOctetsOf,
  stripsOf,
  stripsOfA,
  warpsAcrossOf,
  warpsDownOf,
  warpsOf,
} from "./mma_tile.ts";
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

function constants(tile: MmaTile, { threads }: MatrixUnits): string {
  const { rows, columns, depth, blockRows, blockColumns, slices, buffers } = tile;
  return PARTS + /* wgsl */ `
const WARP = ${threads}u;
const WARPS_DOWN = ${warpsDownOf(tile)}u;
const WARPS_ACROSS = ${warpsAcrossOf(tile)}u;
const SLICE_WARPS = WARPS_DOWN * WARPS_ACROSS;
const SLICES = ${slices}u;
const THREADS = WARP * SLICE_WARPS * SLICES;
const BUFFERS = ${buffers}u;
const DEPTH = ${depth}u;
const SLICE_DEPTH = ${depth / slices}u;
const SLICE_OCTETS = ${depth / slices / OCTET}u;
const ROWS = ${rows}u;
const STRIP_ROWS = ${blockRows * MATRIX_EXTENT}u;
const OCTETS = ${depth / OCTET}u; // in a row of a tile of A
const VECTORS = ${columns / OCTET}u; // in a row of a tile of B
const STRIP_VECTORS = ${blockColumns * MATRIX_EXTENT / OCTET}u;
const A_PITCH = ${pitchOfA(tile)}u;
const B_PITCH = ${pitchOfB(tile)}u;
const SUM_PITCH = ${pitchOfSums(tile)}u;
const FIRST_OF_B = ${stripsOfA(tile)}u;

var<workgroup> strips: array<array<vec4<u32>, ${stripOctetsOf(tile)}>, ${stripsOf(tile)}>;
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

fn put_a(side: u32, step: u32, at: u32, octet: vec4<u32>) {
  let row = at / OCTETS;
  let d = at % OCTETS;
  let strip = (side * SLICES + d / SLICE_OCTETS) * WARPS_DOWN + row / STRIP_ROWS;
  strips[strip][row % STRIP_ROWS * A_PITCH + d % SLICE_OCTETS] = octet;
}

fn put_b(side: u32, step: u32, at: u32, octet: vec4<u32>) {
  let d = at / VECTORS;
  let vector = at % VECTORS;
  let strip = (side * SLICES + d / SLICE_DEPTH) * WARPS_ACROSS + vector / STRIP_VECTORS;
  let is_row = step * DEPTH + d < shape.k;
  strips[FIRST_OF_B + strip][d % SLICE_DEPTH * B_PITCH + vector % STRIP_VECTORS] =
    select(vec4<u32>(0), octet, is_row);
}
`;

function storeCode(split: boolean): string {
  return /* wgsl */ `
fn kept_sum(warp: u32, at: u32) -> Columns {
  return Columns(
    bitcast<vec4<f32>>(strips[warp][at]),
    bitcast<vec4<f32>>(strips[warp][at + 1u]),
  );
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
  const { depth, rows, columns, slices, buffers } = tile;
  const threads = warpsOf(tile) * units.threads;
  const tiles = [
    { operand: "a", type: "vec4<u32>", size: depth * rows / OCTET },
    { operand: "b", type: "vec4<u32>", size: depth * columns / OCTET },
  ] as const;
  const { fetch, put, declare } = tileTravel(tiles, threads, "side, step");
  return /* wgsl */ `
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
  ${blocksOf(tile).map((block) => `var ${sumOf(block)}: MatrixSum;`).join("\n  ")}
  ${declare}
  if (begin < end) {
    ${fetch("begin")}
  }
  for (var step = begin; step < end; step++) {
    let side = (step - begin) % BUFFERS;
    ${put}
    workgroupBarrier();
    let following = min(step + 1u, end - 1u);
    ${fetch("following")}
    let a_strip = (side * SLICES + slice) * WARPS_DOWN + warp % SLICE_WARPS / WARPS_ACROSS;
    let b_strip = FIRST_OF_B + (side * SLICES + slice) * WARPS_ACROSS + warp % WARPS_ACROSS;
    ${unrolled(depth / slices / MATRIX_EXTENT, (d) => multiplyAt(tile, units, d))}
    ${buffers === 1 ? "workgroupBarrier();" : ""}
  }
  ${buffers === 2 ? "workgroupBarrier();" : ""}
  ${storeRounds(tile, units)}
}
${entryPoint("THREADS", "multiply_tile")}`;
}

/** A matrix of sums of a warp. */
interface Block {
  readonly i: number;
  readonly j: number;
}

function blocksOf({ blockRows, blockColumns }: MmaTile): Block[] {
  return Array.from(
    { length: blockRows * blockColumns },
    (_, at) => ({ i: Math.floor(at / blockColumns), j: at % blockColumns }),
  );
}

function sumOf({ i, j }: Block): string {
  return `sum_${i}_${j}`;
}

/** The product of a column of matrices of A and a row of them of B. */
function multiplyAt(tile: MmaTile, units: MatrixUnits, d: number): string {
  const { blockRows, blockColumns } = tile;
  const octets = MATRIX_EXTENT / OCTET;
  const [a, b] = [(i: number) => `a_${d}_${i}`, (j: number) => `b_${d}_${j}`];
  const placeOfA = (i: number): number => i * MATRIX_EXTENT * pitchOfA(tile) + d * octets;
  const placeOfB = (j: number): number => d * MATRIX_EXTENT * pitchOfB(tile) + j * octets;
  return [
    unrolled(blockRows, (i) => units.loadA(a(i), "a_strip", placeOfA(i))),
    unrolled(blockColumns, (j) => units.loadB(b(j), "b_strip", placeOfB(j))),
    ...blocksOf(tile).map((block) => units.multiply(sumOf(block), a(block.i), b(block.j))),
  ].join("\n    ");
}

/**
 * Matrices of sums go through workgroup memory, where slices meet and threads can name elements, as
 * many rows of matrices at a time as strips have room for.
 */
function storeRounds(tile: MmaTile, units: MatrixUnits): string {
  const kept = keptRowsOf(tile);
  const place = ({ i, j }: Block): number =>
    i % kept * MATRIX_EXTENT * pitchOfSums(tile) + j * MATRIX_EXTENT / 4;
  return unrolled(tile.blockRows / kept, (round) => {
    const blocks = blocksOf(tile).filter(({ i }) => Math.floor(i / kept) === round);
    return /* wgsl */ `
  ${round > 0 ? "workgroupBarrier();" : ""}
  ${blocks.map((block) => units.keep(sumOf(block), "warp", place(block))).join("\n  ")}
  workgroupBarrier();
  ${storeKept(tile, units, round * kept * MATRIX_EXTENT)}`;
  });
}

/** Threads take the octets of what all warps of a slice kept, row by row, from every slice. */
function storeKept(tile: MmaTile, units: MatrixUnits, firstRow: number): string {
  const octets = tile.blockColumns * MATRIX_EXTENT / OCTET;
  const size = keptRowsOf(tile) * MATRIX_EXTENT * octets;
  const all = sliceWarpsOf(tile) * size;
  const threads = warpsOf(tile) * units.threads;
  return unrolled(Math.ceil(all / threads), (turn) => /* wgsl */ `
  {
    let at = thread + ${turn * threads}u;
    let above = at / ${size}u;
    let row = at % ${size}u / ${octets}u;
    let octet = at % ${octets}u;
    if (at < ${all}u) {
      let place = row * SUM_PITCH + 2u * octet;
      var sum = kept_sum(above, place);
      ${
    unrolled(
      tile.slices - 1,
      (slice) => `sum += kept_sum(above + ${slice + 1}u * SLICE_WARPS, place);`,
    )
  }
      let tile_row = above / WARPS_ACROSS * STRIP_ROWS + ${firstRow}u + row;
      let tile_vector = above % WARPS_ACROSS * STRIP_VECTORS + octet;
      store_sum(tile.y * ROWS + tile_row, tile.x * VECTORS + tile_vector, part, sum);
    }
  }`);
}
