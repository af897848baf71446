import { type GpuLimits, MATRIX_EXTENT, mostThreads } from "@spmm/webgpu";
import type { GemmShape } from "./gemm_knobs.ts";

/**
 * How a workgroup's share of C is cut where units multiply matrices of 16×16:
 *
 * ```text
 *                        columns
 *               ┌───────┬───────┬───────┐
 *        depth  │       │       │       │    A and B pass through workgroup memory as halves
 *               └───────┴───────┴───────┘
 *       ┌─────┐ ┌───────┬───────┬───────┐
 *  rows │     │ │ warp 0│ warp 1│ warp 2│    each warp has blockRows × blockColumns matrices
 *       └─────┘ └───────┴───────┴───────┘    of sums in f32
 * ```
 *
 * All are powers of two.
 */
export interface MmaTile {
  /** Rows of C per workgroup: a multiple of 16 × `blockRows`. */
  readonly rows: number;
  /** Columns of C per workgroup: a multiple of 16 × `blockColumns`. */
  readonly columns: number;
  /** Columns of op(A) and rows of B in workgroup memory at a time: a multiple of 16 × `slices`. */
  readonly depth: number;
  /** Matrices that a warp has above each other. */
  readonly blockRows: number;
  /** Matrices that a warp has beside each other. */
  readonly blockColumns: number;
  /** Groups of warps that share the depth of a tile and add their sums in the end. */
  readonly slices: number;
}

/** A tile, and how many workgroups share one, each with its part of k. */
export interface MmaKnobs extends MmaTile {
  /** As in the knobs of the plain product. */
  readonly split: number;
}

/** Halves of 16 bytes: what is loaded at once. */
export const OCTET = 8;
/** Octets beside a row of A and of B, so that eight of these lie in different banks. */
export const PADDING = 1;

/** Warps of one slice. */
export function sliceWarpsOf({ rows, columns, blockRows, blockColumns }: MmaTile): number {
  return rows * columns / (MATRIX_EXTENT ** 2 * blockRows * blockColumns);
}

/** Warps of a workgroup. */
export function warpsOf(tile: MmaTile): number {
  return sliceWarpsOf(tile) * tile.slices;
}

/** Tiles of a C. */
export function mmaTilesOf({ rows, columns }: MmaTile, shape: GemmShape): number {
  return Math.ceil(shape.m / rows) * Math.ceil(shape.vectors * shape.columns / columns);
}

/** Bytes of workgroup memory: tiles of halves, and a matrix of sums for each warp. */
function mmaBytesOf(tile: MmaTile): number {
  const { rows, columns, depth } = tile;
  const octets = rows * (depth / OCTET + PADDING) + depth * (columns / OCTET + PADDING);
  return octets * OCTET * Float16Array.BYTES_PER_ELEMENT +
    warpsOf(tile) * MATRIX_EXTENT ** 2 * Float32Array.BYTES_PER_ELEMENT;
}

/** Whether a workgroup of these tiles may run on a device. */
export function mmaFits(tile: MmaTile, threads: number, limits: GpuLimits): boolean {
  return mmaBytesOf(tile) <= limits.maxComputeWorkgroupStorageSize &&
    warpsOf(tile) * threads <= mostThreads(limits);
}
