import { csbGrid, type CsbShape } from "@spmm/formats";

/**
 * The lines of blocks a direction walks: block rows for A·B, block columns for Aᵀ·B. The block at
 * step i of a line is `line * lineStride + i * stepStride` in the encoding, whichever it is.
 */
export interface BlockLines {
  /** Lines, each β rows of C. */
  readonly lines: number;
  /** Blocks along a line, each β rows of B. */
  readonly steps: number;
  readonly lineStride: number;
  readonly stepStride: number;
}

/** The lines of an encoding in a direction; no array is looked at, let alone converted. */
export function blockLines(a: CsbShape, transpose: boolean): BlockLines {
  const { blockRows, blockCols } = csbGrid(a);
  return transpose
    ? { lines: blockCols, steps: blockRows, lineStride: 1, stepStride: blockCols }
    : { lines: blockRows, steps: blockCols, lineStride: blockCols, stepStride: 1 };
}
