import { type DenseTypes, entryPoint, unrolled } from "@spmm/webgpu";
import {
  type GemmTile,
  handedSumsOf,
  marginSumsOf,
  sliceThreadsOf,
  threadsOf,
  tileRowsOfB,
  VECTOR,
  widthOf,
} from "./gemm_tile.ts";
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
const ROWS = ${rows}u;
const QUADS = ${rows / VECTOR}u; // of rows in a tile of A
const VECTORS = ${widthOf(tile) / VECTOR}u; // in a row of a tile of B
const BLOCKS_VECTORS = ${columns / VECTOR}u; // of them before the margin
const THREADS_DOWN = ${rows / threadRows}u;
const THREADS_ACROSS = ${columns / threadColumns}u;
const BLOCK_VECTORS = ${threadColumns / VECTOR}u; // in a row of a thread's block

var<workgroup> a_tile: array<array<vec4<f32>, BUFFERS * SLICES * QUADS>, SLICE_DEPTH>;
var<workgroup> b_tile: array<array<Columns, BUFFERS * SLICES * VECTORS>, ${tileRowsOfB(tile)}>;
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
fn store_block(tile: vec2<u32>, place: vec2<u32>, part: u32, block_row: u32, j: u32, sum: Columns) {
  let quad = block_row / 4u * THREADS_DOWN + place.y;
  store_sum(tile, part, quad * 4u + block_row % 4u, j * THREADS_ACROSS + place.x, sum);
}

// Vectors of the margin go to the threads of a slice column by column.
fn store_margin(tile: vec2<u32>, at: u32, part: u32, sum: Columns) {
  store_sum(tile, part, at % ROWS, BLOCKS_VECTORS + at / ROWS, sum);
}

fn store_sum(tile: vec2<u32>, part: u32, tile_row: u32, tile_vector: u32, sum: Columns) {
  let row = tile.y * ROWS + tile_row;
  let vector = tile.x * VECTORS + tile_vector;
  if (row < shape.m && vector < shape.vectors && part < parts.count) {
    ${storing(split)}
  }
}
`;
}

/** Tiles of one column of tiles run together, so that they share their rows of B in cache. */
function mainCode(tile: GemmTile): string {
  const sums = blockSums(tile);
  const { depth, rows } = tile;
  const tiles = [
    { operand: "a", type: "Quad", size: depth * rows / VECTOR },
    { operand: "b", type: "Stored", size: depth * widthOf(tile) / VECTOR },
  ] as const;
  const { fetch, put, declare } = tileTravel(tiles, threadsOf(tile), "side, step");
  return /* wgsl */ `
${
    tile.slices > 1 && handedSumsOf(tile).array === "slice_sums"
      ? "var<workgroup> slice_sums: array<array<Columns, THREADS>, SLICES>;"
      : ""
  }

fn multiply_tile(group: u32, thread: u32) {
  let tile_rows = (shape.m + ROWS - 1u) / ROWS;
  let tiles = tile_rows * ((shape.vectors + VECTORS - 1u) / VECTORS);
  let tile = vec2(group % tiles / tile_rows, group % tile_rows);
  let part = group / tiles;
  let begin = min(part * parts.steps, step_count());
  let end = min(begin + parts.steps, step_count());
  let slice = thread / SLICE_THREADS;
  let mine = thread % SLICE_THREADS;
  let place = place_of(mine);
  ${sums.map(({ name }) => `var ${name} = Columns(0);`).join("\n    ")}
  ${unrolled(marginSumsOf(tile), (i) => `var ${marginSum(i)} = Columns(0);`)}
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
    ${tile.margin > 0 ? MARGIN_PLACES : ""}
    ${unrolled(tile.depth / tile.slices, (d) => multiplyAt(tile, d))}
    ${tile.buffers === 1 ? "workgroupBarrier();" : ""}
  }
  ${tile.slices > 1 ? addSlices(tile) : storeAlone(tile)}
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
    multiplyMargin(tile, d),
  ].join("\n    ");
}

function marginSum(i: number): string {
  return `margin_${i}`;
}

/** Where the first of a thread's vectors of the margin is; the others are constant steps away. */
const MARGIN_PLACES = /* wgsl */ `
    let margin_row = mine % ROWS;
    let a_margin = (side * SLICES + slice) * QUADS + margin_row / 4u;
    let b_margin = (side * SLICES + slice) * VECTORS + BLOCKS_VECTORS + mine / ROWS;`;

function multiplyMargin(tile: GemmTile, d: number): string {
  const threads = sliceThreadsOf(tile);
  return unrolled(marginSumsOf(tile), (i) => {
    const [row, vector] = [i * threads % tile.rows, Math.floor(i * threads / tile.rows)];
    return `${marginSum(i)} = fma(` +
      `Columns(a_tile[${d}][a_margin + ${row / VECTOR}u][margin_row % 4u]), ` +
      `b_tile[${d}][b_margin + ${vector}u], ${marginSum(i)});`;
  });
}

function storeAlone(tile: GemmTile): string {
  return [
    ...blockSums(tile).map(({ name, row, j }) =>
      `store_block(tile, place, part, ${row}u, ${j}u, ${name});`
    ),
    unrolled(
      marginSumsOf(tile),
      (i) => `store_margin(tile, ${i}u * SLICE_THREADS + mine, part, ${marginSum(i)});`,
    ),
  ].join("\n    ");
}

/** Rounds in which every slice hands in as many sums as there are slices, and finishes one of them. */
function addSlices(tile: GemmTile): string {
  const blocks = blockSums(tile).map(({ name }) => name);
  const margin = Array.from({ length: marginSumsOf(tile) }, (_, i) => marginSum(i));
  return [
    tile.buffers === 2 && handedSumsOf(tile).array === "b_tile" ? "workgroupBarrier();" : "",
    handPlaces(tile),
    ...sliceRounds(
      tile,
      blocks,
      (i) => `store_block(tile, place, part, ${i} / BLOCK_VECTORS, ${i} % BLOCK_VECTORS, sum);`,
    ),
    ...sliceRounds(
      tile,
      margin,
      (i) => `store_margin(tile, ${i} * SLICE_THREADS + mine, part, sum);`,
    ),
  ].join("\n    ");
}

/** The last round has fewer sums where they do not come out even. */
function sliceRounds(
  tile: GemmTile,
  sums: readonly string[],
  store: (i: string) => string,
): string[] {
  const { slices } = tile;
  const { array, slicesInRow, rowsOfSlice, rows } = handedSumsOf(tile);
  const summand = (from: number): string =>
    `${array}[sum_row + ${Math.floor(from / slicesInRow) * rowsOfSlice}u]` +
    `[sum_at + ${from % slicesInRow}u * SLICE_THREADS]`;
  return Array.from({ length: Math.ceil(sums.length / slices) }, (_, round) => {
    const handed = sums.slice(round * slices, (round + 1) * slices);
    return /* wgsl */ `
    ${
      handed.map((sum, i) => `${array}[hand_row + ${i * rows}u][hand_at] = ${sum};`)
        .join("\n    ")
    }
    workgroupBarrier();
    ${handed.length < slices ? `if (slice < ${handed.length}u)` : ""} {
      let i = ${round * slices}u + slice;
      let sum = ${Array.from({ length: slices }, (_, from) => summand(from)).join(" + ")};
      ${store("i")}
    }
    workgroupBarrier();`;
  });
}

/** The first sum that a thread hands in, and the first of those that it adds up. */
function handPlaces(tile: GemmTile): string {
  const { breadth, slicesInRow, rowsOfSlice, rows } = handedSumsOf(tile);
  return /* wgsl */ `
    let sum_at = mine % ${breadth}u;
    let row_of_mine = mine / ${breadth}u;
    let sum_row = slice * ${rows}u + row_of_mine;
    let hand_row = slice / ${slicesInRow}u * ${rowsOfSlice}u + row_of_mine;
    let hand_at = slice % ${slicesInRow}u * SLICE_THREADS + sum_at;`;
}
