import { type DenseTypes, entryPoint, unrolled } from "@spmm/webgpu";
import { type GemmTile, sliceThreadsOf, threadsOf, VECTOR } from "./gemm_tile.ts";
import { PARTS, storing } from "./split_code.ts";
import { tileTravel } from "./tile_travel.ts";

/**
 * The WGSL of the product of packed tiles, to follow the code of `productIo`.
 *
 * All loops over a thread's block and over the depth of a tile are written out, so that sums stay
 * in registers. Tiles are arrays of arrays, the outer index a number: what depends on the thread
 * is then the same address at every depth, found and checked once.
 *
 * @param tile The tile the matrix was packed in.
 * @param split Whether workgroups share a tile of C, each with its part of k: then their sums go to
 * `partials`, one product after the other. How many they are is data, `parts`.
 * @param types What A and B are stored as.
 */
export function gemmCode(tile: GemmTile, split: boolean, types: StoredTypes): string {
  return constants(tile, types) + FETCH + PUT + placeCode(tile) + storeCode(split) + mainCode(tile);
}

/** As `denseTypes` has them. */
export type StoredTypes = Pick<DenseTypes, "stored" | "vector">;

function constants(tile: GemmTile, { stored, vector }: StoredTypes): string {
  const { rows, columns, depth, threadRows, threadColumns, slices, buffers } = tile;
  return PARTS + /* wgsl */ `
alias Quad = vec4<${stored}>;
alias Stored = ${vector};

const THREADS = ${threadsOf(tile)}u;
const SLICE_THREADS = ${sliceThreadsOf(tile)}u;
const SLICES = ${slices}u;
const BUFFERS = ${buffers}u;
const DEPTH = ${depth}u;
const SLICE_DEPTH = ${depth / slices}u;
const QUADS = ${rows / VECTOR}u; // of rows in a tile of A
const VECTORS = ${columns / VECTOR}u; // in a row of a tile of B
const THREADS_DOWN = ${rows / threadRows}u;
const THREADS_ACROSS = ${columns / threadColumns}u;
const BLOCK_VECTORS = ${threadColumns / VECTOR}u; // in a row of a thread's block

var<workgroup> a_tile: array<array<vec4<f32>, BUFFERS * SLICES * QUADS>, SLICE_DEPTH>;
var<workgroup> b_tile: array<array<Columns, BUFFERS * SLICES * VECTORS>, SLICE_DEPTH>;
`;
}

/**
 * Reading past an edge is reading the last row or vector: nothing branches. What is read is left as
 * it is stored: to make anything of it would be to wait for it.
 */
const FETCH = /* wgsl */ `
fn step_count() -> u32 {
  return (shape.k + DEPTH - 1u) / DEPTH;
}

fn fetch_a(tile: vec2<u32>, step: u32, at: u32) -> Quad {
  return a_packed[(tile.y * step_count() + step) * (DEPTH * QUADS) + at];
}

fn fetch_b(tile: vec2<u32>, step: u32, at: u32) -> Stored {
  let row = min(step * DEPTH + at / VECTORS, shape.k - 1u);
  let vector = min(tile.x * VECTORS + at % VECTORS, shape.vectors - 1u);
  return b[row * shape.vectors + vector];
}
`;

const PUT = /* wgsl */ `
fn put_a(side: u32, step: u32, at: u32, quad: Quad) {
  let d = at / QUADS;
  let place = (side * SLICES + d / SLICE_DEPTH) * QUADS + at % QUADS;
  a_tile[d % SLICE_DEPTH][place] = vec4<f32>(quad);
}

fn put_b(side: u32, step: u32, at: u32, stored: Stored) {
  let d = at / VECTORS;
  let place = (side * SLICES + d / SLICE_DEPTH) * VECTORS + at % VECTORS;
  let is_row = step * DEPTH + d < shape.k;
  b_tile[d % SLICE_DEPTH][place] = select(Columns(0), Columns(stored), is_row);
}
`;

const WARP = 32;
/** Threads of a warp beside each other: their vectors of a row make 128 bytes. */
const WARP_ACROSS = 8;

/**
 * A warp takes a patch of threads, about as wide as high, since what its threads read alike is read
 * once. Neighbouring threads lie above each other, so that either operand is the same for pairs of
 * threads: then a half-warp's read of vectors is one access, not two.
 */
function placeCode({ rows, columns, threadRows, threadColumns }: GemmTile): string {
  const across = Math.min(WARP_ACROSS, columns / threadColumns);
  const down = Math.min(WARP / across, rows / threadRows);
  return /* wgsl */ `
const PATCH_ACROSS = ${across}u;
const PATCH_DOWN = ${down}u;
const PILE = ${Math.min(2, down)}u;
const PATCHES_ACROSS = THREADS_ACROSS / PATCH_ACROSS;

fn place_of(thread: u32) -> vec2<u32> {
  let lane = thread % (PATCH_ACROSS * PATCH_DOWN);
  let patch_number = thread / (PATCH_ACROSS * PATCH_DOWN);
  let x = lane / PILE % PATCH_ACROSS;
  let y = lane / (PILE * PATCH_ACROSS) * PILE + lane % PILE;
  return vec2(
    patch_number % PATCHES_ACROSS * PATCH_ACROSS + x,
    patch_number / PATCHES_ACROSS * PATCH_DOWN + y,
  );
}
`;
}

function storeCode(split: boolean): string {
  return /* wgsl */ `
// A thread's block is spread over the tile in quads of rows, so that neighbours read neighbours.
fn store_sum(tile: vec2<u32>, place: vec2<u32>, part: u32, block_row: u32, j: u32, sum: Columns) {
  let quad = block_row / 4u * THREADS_DOWN + place.y;
  let row = (tile.y * QUADS + quad) * 4u + block_row % 4u;
  let vector = tile.x * VECTORS + j * THREADS_ACROSS + place.x;
  if (row < shape.m && vector < shape.vectors && part < parts.count) {
    ${storing(split)}
  }
}
`;
}

/** Tiles of one column of tiles run together, so that they share their rows of B in cache. */
function mainCode(tile: GemmTile): string {
  const sums = blockSums(tile);
  const { depth, rows, columns } = tile;
  const tiles = [
    { operand: "a", type: "Quad", size: depth * rows / VECTOR },
    { operand: "b", type: "Stored", size: depth * columns / VECTOR },
  ] as const;
  const { fetch, put, declare } = tileTravel(tiles, threadsOf(tile), "side, step");
  return /* wgsl */ `
${tile.slices > 1 ? "var<workgroup> slice_sums: array<Columns, SLICES * THREADS>;" : ""}

fn multiply_tile(group: u32, thread: u32) {
  let tile_rows = (shape.m + QUADS * 4u - 1u) / (QUADS * 4u);
  let tiles = tile_rows * ((shape.vectors + VECTORS - 1u) / VECTORS);
  let tile = vec2(group % tiles / tile_rows, group % tile_rows);
  let part = group / tiles;
  let begin = min(part * parts.steps, step_count());
  let end = min(begin + parts.steps, step_count());
  let slice = thread / SLICE_THREADS;
  let place = place_of(thread % SLICE_THREADS);
  ${sums.map(({ name }) => `var ${name} = Columns(0);`).join("\n    ")}
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
    let a_at = (side * SLICES + slice) * QUADS + place.y;
    let b_at = (side * SLICES + slice) * VECTORS + place.x;
    ${unrolled(tile.depth / tile.slices, (d) => multiplyAt(tile, d))}
    ${tile.buffers === 1 ? "workgroupBarrier();" : ""}
  }
  ${tile.slices > 1 ? addSlices(tile) : storeBlock(sums)}
}
${entryPoint("THREADS", "multiply_tile")}`;
}

/** A vector of a thread's block. */
interface BlockSum {
  readonly name: string;
  readonly row: number;
  readonly j: number;
}

function blockSums({ threadRows, threadColumns }: GemmTile): BlockSum[] {
  const across = threadColumns / VECTOR;
  return Array.from({ length: threadRows * across }, (_, i) => {
    const [row, j] = [Math.floor(i / across), i % across];
    return { name: `sum_${row}_${j}`, row, j };
  });
}

/** The outer product of a column of the tile of A and a row of that of B. */
function multiplyAt(tile: GemmTile, d: number): string {
  const quad = (i: number): string => `a_${d}_${i}`;
  const vector = (j: number): string => `b_${d}_${j}`;
  return [
    unrolled(
      tile.threadRows / VECTOR,
      (i) => `let ${quad(i)} = a_tile[${d}][a_at + ${i}u * THREADS_DOWN];`,
    ),
    unrolled(
      tile.threadColumns / VECTOR,
      (j) => `let ${vector(j)} = b_tile[${d}][b_at + ${j}u * THREADS_ACROSS];`,
    ),
    ...blockSums(tile).map(({ name, row, j }) =>
      `${name} = fma(Columns(${quad(Math.floor(row / VECTOR))}[${row % VECTOR}]), ` +
      `${vector(j)}, ${name});`
    ),
  ].join("\n    ");
}

function storeBlock(sums: readonly BlockSum[]): string {
  return sums.map(({ name, row, j }) => `store_sum(tile, place, part, ${row}u, ${j}u, ${name});`)
    .join("\n    ");
}

/** In each round every slice hands in as many sums as there are slices, and finishes one of them. */
function addSlices(tile: GemmTile): string {
  const { slices } = tile;
  const sums = blockSums(tile);
  return unrolled(
    sums.length / slices,
    (round) => /* wgsl */ `
    ${
      unrolled(
        slices,
        (i) => `slice_sums[${i}u * THREADS + thread] = ${sums[round * slices + i].name};`,
      )
    }
    workgroupBarrier();
    {
      let at = slice * THREADS + thread % SLICE_THREADS;
      let sum = ${
      Array.from({ length: slices }, (_, i) => `slice_sums[at + ${i}u * SLICE_THREADS]`)
        .join(" + ")
    };
      let i = ${round}u * SLICES + slice;
      store_sum(tile, place, part, i / BLOCK_VECTORS, i % BLOCK_VECTORS, sum);
    }
    workgroupBarrier();`,
  );
}
