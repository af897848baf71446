/**
 * Where the numbers that cascade.as.ts reads and writes stand, in words of four bytes.
 *
 * @module
 */

/** What all threads share. */
export const Shared = {
  layers: 0,
  layerTable: 1,
  tail: 2,
  firstBytes: 3,
  dropInputs: 4,
  nextInput: 5,
  inputs: 6,
  rowOffsets: 7,
  colIndices: 8,
  values: 9,
  firstId: 10,
  results: 11,
  resultIds: 12,
  resultOutputs: 13,
  states: 14,
  stateBytes: 15,
} as const;
/** Words of {@linkcode Shared}. */
export const SHARED_WORDS = 16;

/** A layer's record; `low` and `high` are f32. */
export const Layer = {
  tiles: 0,
  tileCount: 1,
  rows: 2,
  rowCount: 3,
  low: 4,
  high: 5,
  outputBytes: 6,
  outputRows: 7,
} as const;
/** Words of {@linkcode Layer}. */
export const LAYER_WORDS = 8;

/** Four outputs of one support; `bias` is four f32, `outputs` four offsets into a batch. */
export const Tile = { offsets: 0, length: 1, values: 2, outputs: 3, bias: 7 } as const;
/** Words of {@linkcode Tile}. */
export const TILE_WORDS = 11;

/** One output. */
export const Row = { offsets: 0, length: 1, values: 2, output: 3, bias: 4 } as const;
/** Words of {@linkcode Row}. */
export const ROW_WORDS = 5;

/** A thread's own state, before its boundaries. */
export const State = {
  spare: 0,
  secondSpare: 1,
  listed: 2,
  list: 3,
  pooled: 4,
  pool: 5,
  wandering: 6,
  boundaries: 8,
} as const;

/** What stands at a boundary, before a layer or after the last. */
export const Boundary = { waiting: 0, waitingColumns: 1, alive: 2, executed: 3 } as const;
/** Words of {@linkcode Boundary}. */
export const BOUNDARY_WORDS = 4;
