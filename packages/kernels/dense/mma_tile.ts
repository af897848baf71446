import { type GpuLimits, MATRIX_EXTENT, mostThreads, powerOfTwoTo } from "@spmm/webgpu";
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
  /** Tiles in workgroup memory at a time: with two a step takes one barrier, with one it takes two. */
  readonly buffers: 1 | 2;
}

/** A tile, and how many workgroups share one, each with its part of k. */
export interface MmaKnobs extends MmaTile {
  /** As in the knobs of the plain product. */
  readonly split: number;
}

/** Halves of 16 bytes: what is loaded at once. */
export const OCTET = 8;
/** Octets beside a row of a strip, so that eight rows lie in different banks. */
const PADDING = 1;
/** Vectors of four sums beside a row of a warp's sums, to the same end. */
const SUM_PADDING = 2;
/** Octets of a strip beyond a multiple of 8, so that neighbours begin in different banks. */
const STAGGER = 4;

/** Warps of a slice above each other. */
export function warpsDownOf({ rows, blockRows }: MmaTile): number {
  return rows / (MATRIX_EXTENT * blockRows);
}

/** Warps of a slice beside each other. */
export function warpsAcrossOf({ columns, blockColumns }: MmaTile): number {
  return columns / (MATRIX_EXTENT * blockColumns);
}

/** Warps of one slice. */
export function sliceWarpsOf(tile: MmaTile): number {
  return warpsDownOf(tile) * warpsAcrossOf(tile);
}

/** Warps of a workgroup. */
export function warpsOf(tile: MmaTile): number {
  return sliceWarpsOf(tile) * tile.slices;
}

/** Tiles of a C. */
export function mmaTilesOf({ rows, columns }: MmaTile, shape: GemmShape): number {
  return Math.ceil(shape.m / rows) * Math.ceil(shape.vectors * shape.columns / columns);
}

/** Octets from a row of a strip of A to the next. */
export function pitchOfA({ depth, slices }: MmaTile): number {
  return depth / slices / OCTET + PADDING;
}

/** Octets from a row of a strip of B to the next. */
export function pitchOfB({ blockColumns }: MmaTile): number {
  return blockColumns * MATRIX_EXTENT / OCTET + PADDING;
}

/** Vectors of four from a row of a warp's sums to the next. */
export function pitchOfSums({ blockColumns }: MmaTile): number {
  return blockColumns * MATRIX_EXTENT / 4 + SUM_PADDING;
}

/**
 * Strips in workgroup memory. A strip holds what a warp reads of A, or of B, in one step: a place in it
 * is a constant. In the end it holds sums of a warp.
 *
 * ```text
 *             ┌───┬───┐
 *             │ 4 │ 5 │        a slice of two by two warps: a warp reads one strip
 *     ┌─────┐ └───┴───┘        of A and one of B, and so do its neighbours
 *     │  0  │
 *     ├─────┤                  0 … 3  of A, slice by slice, buffer by buffer
 *     │  1  │                  4 … 7  of B
 *     └─────┘
 * ```
 */
export function stripsOf(tile: MmaTile): number {
  return Math.max(warpsOf(tile), stripsOfA(tile) + stripsOfB(tile));
}

/** Strips of A, which come before those of B. */
export function stripsOfA(tile: MmaTile): number {
  return tile.buffers * tile.slices * warpsDownOf(tile);
}

function stripsOfB(tile: MmaTile): number {
  return tile.buffers * tile.slices * warpsAcrossOf(tile);
}

/** Octets of a strip: enough for a warp's part of A, of B, and for a row of its matrices of sums. */
export function stripOctetsOf(tile: MmaTile): number {
  const ofA = tile.blockRows * MATRIX_EXTENT * pitchOfA(tile);
  const ofB = tile.depth / tile.slices * pitchOfB(tile);
  const most = Math.max(ofA, ofB, MATRIX_EXTENT * pitchOfSums(tile));
  return Math.ceil((most - STAGGER) / OCTET) * OCTET + STAGGER;
}

/** Rows of a warp's matrices of sums that a strip has room for at once. */
export function keptRowsOf(tile: MmaTile): number {
  const room = Math.floor(stripOctetsOf(tile) / (MATRIX_EXTENT * pitchOfSums(tile)));
  return Math.min(tile.blockRows, powerOfTwoTo(room));
}

/** Bytes of workgroup memory. */
export function mmaBytesOf(tile: MmaTile): number {
  return stripsOf(tile) * stripOctetsOf(tile) * OCTET * Float16Array.BYTES_PER_ELEMENT;
}

/** Whether a workgroup of these tiles may run on a device. */
export function mmaFits(tile: MmaTile, threads: number, limits: GpuLimits): boolean {
  return mmaBytesOf(tile) <= limits.maxComputeWorkgroupStorageSize &&
    warpsOf(tile) * threads <= mostThreads(limits);
}
