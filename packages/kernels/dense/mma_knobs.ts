import type { GpuLimits } from "@spmm/webgpu";
import type { GemmShape } from "./gemm_knobs.ts";
import { mmaFits, type MmaKnobs, type MmaTile, mmaTilesOf } from "./mma_tile.ts";

/**
 * Tiles to choose among, the largest first. Four or eight warps each: what a smaller tile leaves idle,
 * slices take up. Of all that were timed on an H200 at 45 shapes, these are within 4 % of the fastest
 * on average, and within 16 % anywhere.
 */
const TILES: readonly MmaTile[] = [
  { rows: 128, columns: 128, depth: 64, blockRows: 4, blockColumns: 4, slices: 1 },
  { rows: 64, columns: 64, depth: 64, blockRows: 4, blockColumns: 4, slices: 4 },
  { rows: 32, columns: 64, depth: 128, blockRows: 2, blockColumns: 2, slices: 4 },
  { rows: 32, columns: 32, depth: 128, blockRows: 2, blockColumns: 2, slices: 4 },
];

/** Workgroups that leave next to none of the 132 multiprocessors of an H200 idle, */
const ENOUGH = 128;
/** and so many more that they run beside each other, for which shallow tiles leave room. */
const PLENTY = 200;
const SHALLOW = 32;
/** Steps along k from which a second pass costs less than half of them. */
const STEPS_TO_SPLIT = 8;

/**
 * Knobs for a product: the largest tile of which there are enough for a large GPU; of the smallest, so
 * many parts of k as make it enough.
 *
 * @param shape The product.
 * @param limits What the device allows.
 * @returns Of no tile that fits, the smallest.
 */
export function chooseMmaKnobs(shape: GemmShape, limits: GpuLimits): MmaKnobs {
  const fitting = TILES.filter((tile) => mmaFits(tile, limits.matrixThreads, limits));
  const smallest = fitting.at(-1) ?? TILES[TILES.length - 1];
  const tile = fitting.find((one) => mmaTilesOf(one, shape) >= ENOUGH) ?? smallest;
  const tiles = mmaTilesOf(tile, shape);
  const depth = tile.slices === 1 && tiles >= PLENTY ? SHALLOW : tile.depth;
  return { ...tile, depth, split: splitOf(tiles, Math.floor(shape.k / depth)) };
}

/** Parts of two steps at least. */
function splitOf(tiles: number, steps: number): number {
  if (steps < STEPS_TO_SPLIT || tiles === 0) return 1;
  return Math.max(1, Math.min(Math.floor(ENOUGH / tiles), Math.floor(steps / 2)));
}
