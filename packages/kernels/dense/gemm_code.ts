import { entryPoint, unrolled } from "@spmm/webgpu";
import { type GemmTile, threadsOf } from "./gemm_tile.ts";

/**
 * The WGSL of the product of packed tiles, to follow the code of `productIo`.
 *
 * Every loop over a thread's block is written out, so that the block stays in registers.
 *
 * @param tile The tile the matrix was packed in.
 * @param width Adjacent columns in a `Columns`.
 */
export function gemmCode(tile: GemmTile, width: number): string {
  const threads = threadsOf(tile);
  const quads = tile.rows / 4;
  const vectors = tile.columns / width;
  return /* wgsl */ `
const THREADS = ${threads}u;
const TILE_ROWS = ${tile.rows}u;
const DEPTH = ${tile.depth}u;
const QUADS = ${quads}u; // of rows in a tile of A
const VECTORS = ${vectors}u; // in a row of a tile of B
const THREADS_ACROSS = ${tile.columns / tile.block}u;
const THREADS_DOWN = ${tile.rows / tile.block}u;

var<workgroup> a_tile: array<vec4<f32>, ${quads * tile.depth}>;
var<workgroup> b_tile: array<Columns, ${vectors * tile.depth}>;

${fetchCode(quads * tile.depth / threads, vectors * tile.depth / threads)}
${blockCode(tile, width)}
${MAIN}`;
}

/** Tiles travel through registers, so that the next ones are on their way during a product. */
function fetchCode(ofA: number, ofB: number): string {
  return /* wgsl */ `
struct Fetched {
  a: array<vec4<f32>, ${ofA}>,
  b: array<Columns, ${ofB}>,
}

fn fetch_tiles(tile: vec2<u32>, step: u32, thread: u32) -> Fetched {
  var fetched: Fetched;
  let a_start = (tile.y * step_count() + step) * (DEPTH * QUADS);
  ${
    unrolled(ofA, (i) =>
      `fetched.a[${i}] = vec4<f32>(a_packed[a_start + thread + ${i}u * THREADS]);`)
  }
  ${unrolled(ofB, (i) => `fetched.b[${i}] = fetch_b(tile.x, step, thread + ${i}u * THREADS);`)}
  return fetched;
}

fn fetch_b(tile_column: u32, step: u32, at: u32) -> Columns {
  let row = step * DEPTH + at / VECTORS;
  let vector = tile_column * VECTORS + at % VECTORS;
  if (row < shape.k && vector < shape.vectors) {
    return load_b(row, vector);
  }
  return Columns(0);
}

fn step_count() -> u32 {
  return (shape.k + DEPTH - 1u) / DEPTH;
}

fn put_tiles(fetched: Fetched, thread: u32) {
  ${unrolled(ofA, (i) => `a_tile[thread + ${i}u * THREADS] = fetched.a[${i}];`)}
  ${unrolled(ofB, (i) => `b_tile[thread + ${i}u * THREADS] = fetched.b[${i}];`)}
}
`;
}

/** A thread's block is spread over the tile in quads of rows, so that neighbours read neighbours. */
function blockCode({ block }: GemmTile, width: number): string {
  const across = block / width;
  const quads = block / 4;
  const each = (line: (quad: number, row: number, j: number, sum: number) => string): string =>
    unrolled(
      block * across,
      (i) => line(Math.floor(i / across / 4), Math.floor(i / across) % 4, i % across, i),
    );
  return /* wgsl */ `
alias Block = array<Columns, ${block * across}>;

fn multiply_tiles(place: vec2<u32>, sums: ptr<function, Block>) {
  for (var d = 0u; d < DEPTH; d++) {
    ${unrolled(quads, (i) => `let a${i} = a_tile[d * QUADS + place.y + ${i}u * THREADS_DOWN];`)}
    ${
    unrolled(across, (j) => `let b${j} = b_tile[d * VECTORS + place.x + ${j}u * THREADS_ACROSS];`)
  }
    ${
    each((quad, row, j, sum) =>
      `(*sums)[${sum}] = fma(Columns(a${quad}[${row}]), b${j}, (*sums)[${sum}]);`
    )
  }
  }
}

fn store_block(tile: vec2<u32>, place: vec2<u32>, sums: Block) {
  let first_row = tile.y * TILE_ROWS + 4u * place.y;
  let first_vector = tile.x * VECTORS + place.x;
  ${
    each((quad, row, j, sum) =>
      `store_inside(first_row + ${4 * quad}u * THREADS_DOWN + ${row}u, ` +
      `first_vector + ${j}u * THREADS_ACROSS, sums[${sum}]);`
    )
  }
}

fn store_inside(row: u32, vector: u32, sum: Columns) {
  if (row < shape.m && vector < shape.vectors) {
    store_c(row, vector, sum);
  }
}
`;
}

/** Tiles of one column of tiles run together, so that they share their rows of B in cache. */
const MAIN = /* wgsl */ `
fn multiply_tile(group: u32, thread: u32) {
  let tile_rows = (shape.m + TILE_ROWS - 1u) / TILE_ROWS;
  let tile = vec2(group / tile_rows, group % tile_rows);
  let place = vec2(thread % THREADS_ACROSS, thread / THREADS_ACROSS);
  let steps = step_count();
  var sums = Block();
  var next: Fetched;
  if (steps > 0u) {
    next = fetch_tiles(tile, 0u, thread);
  }
  for (var step = 0u; step < steps; step++) {
    put_tiles(next, thread);
    workgroupBarrier();
    if (step + 1u < steps) {
      next = fetch_tiles(tile, step + 1u, thread);
    }
    multiply_tiles(place, &sums);
    workgroupBarrier();
  }
  store_block(tile, place, sums);
}
${entryPoint("THREADS", "multiply_tile")}`;
