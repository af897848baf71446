import { type GpuLimits, MULTIPROCESSORS } from "@spmm/webgpu";
import { type GemmShape, partialBytesOf, partStepsOf, withinReach } from "./gemm_knobs.ts";
import { mmaFits, type MmaKnobs, type MmaTile, mmaTilesOf } from "./mma_tile.ts";

/** A tile, and what a workgroup of it took on an H200, where each multiprocessor had one. */
interface TimedTile {
  readonly tile: MmaTile;
  /** Microseconds of a step along k, */
  readonly step: number;
  /** and of the first loads and the last stores. */
  readonly ends: number;
  /** Whether a multiprocessor has room for several. */
  readonly isSmall: boolean;
}

const BLOCK = { blockRows: 2, blockColumns: 2, slices: 1, buffers: 1 } as const;
const LARGE_BLOCK = { ...BLOCK, blockRows: 4, blockColumns: 4 } as const;

/**
 * Tiles to choose among, the largest first. Those that take more than half of 48 KiB were seen to
 * have a multiprocessor to themselves; two buffers pay only for one that has.
 */
const TILES: readonly TimedTile[] = [
  timed({ ...LARGE_BLOCK, rows: 128, columns: 128, depth: 64 }, 1.07, 2.2),
  timed({ ...LARGE_BLOCK, rows: 128, columns: 128, depth: 32, buffers: 2 }, 0.63, 1.2),
  timed({ ...LARGE_BLOCK, rows: 128, columns: 128, depth: 32 }, 0.73, 1.7, true),
  timed({ ...LARGE_BLOCK, rows: 128, columns: 64, depth: 64, blockColumns: 2 }, 0.81, 1.4),
  timed({ ...BLOCK, rows: 64, columns: 64, depth: 64, buffers: 2 }, 0.42, 1.5),
  timed({ ...BLOCK, rows: 64, columns: 64, depth: 64 }, 0.53, 1.4, true),
  timed({ ...BLOCK, rows: 32, columns: 64, depth: 128, slices: 2 }, 0.74, 0.9),
  timed({ ...BLOCK, rows: 32, columns: 32, depth: 128, slices: 4 }, 0.51, 1.2, true),
  timed({ ...BLOCK, rows: 16, columns: 32, depth: 128, blockRows: 1, slices: 4 }, 0.4, 1, true),
];

function timed(tile: MmaTile, step: number, ends: number, isSmall = false): TimedTile {
  return { tile, step, ends, isSmall };
}

/**
 * What the second workgroup of a small tile adds on a multiprocessor, as a share of the time of the
 * first, which waits most of the time,
 */
const SECOND = 0.4;
/** and every further one. */
const FURTHER = 0.7;

/** Parts a tile may be shared out in. */
const SPLITS: readonly number[] = [1, 2, 3, 4, 6, 8];

/** Microseconds of a dispatch in which nothing is done, */
const LAUNCH = 2;
/** of the second pass, without what it loads and stores, */
const SECOND_PASS = 2.6;
/** and bytes that are loaded or stored in one, most of them in cache. */
const BYTES = 9e6;

/** Within this the estimate tells nothing apart, and less split is less memory. */
const TOLERANCE = 1.02;

/**
 * The knobs that an estimate of the time on an H200 finds fastest.
 *
 * @param shape The product.
 * @param limits What the device allows.
 * @returns Of no tile that fits, the smallest.
 */
export function chooseMmaKnobs(shape: GemmShape, limits: GpuLimits): MmaKnobs {
  const fitting = TILES.filter(({ tile }) => mmaFits(tile, limits.matrixThreads, limits));
  const able = fitting.length > 0 ? fitting : TILES.slice(-1);
  const candidates = able.flatMap((one) =>
    SPLITS.map((split) => {
      const knobs = withinReach({ ...one.tile, split }, shape, limits);
      return { knobs, time: estimatedTime(one, knobs, shape) };
    })
  );
  const enough = TOLERANCE * Math.min(...candidates.map(({ time }) => time));
  const [best] = candidates.filter(({ time }) => time <= enough)
    .sort((one, other) => one.knobs.split - other.knobs.split || one.time - other.time);
  return best.knobs;
}

/** Microseconds on an H200. */
function estimatedTime(
  { step, ends, isSmall }: TimedTile,
  knobs: MmaKnobs,
  shape: GemmShape,
): number {
  const workgroups = mmaTilesOf(knobs, shape) * knobs.split;
  const mine = Math.max(1, Math.ceil(workgroups / MULTIPROCESSORS));
  const first = ends + step * partStepsOf(knobs, shape);
  const secondPass = knobs.split === 1 ? 0 : SECOND_PASS + 2 * partialBytesOf(knobs, shape) / BYTES;
  const beside = mine === 1 ? 0 : isSmall ? SECOND + (mine - 2) * FURTHER : mine - 1;
  return LAUNCH + first * (1 + beside) + secondPass;
}
