import type { Csr } from "./csr.ts";
import type { Dense } from "./dense.ts";
import { TextBuffer } from "./text_buffer.ts";

/**
 * Writes a sparse matrix as Matrix Market coordinates, a dense one as a Matrix Market array; real
 * and general. Values are the shortest decimals that read back as the same f32.
 *
 * @param matrix The matrix; its values must be finite, or the stream fails with FormatError.
 * @returns The file, as a stream.
 *
 * @example One entry
 * ```ts
 * import { csrFromDense, dense, writeMatrixMarket } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([0, 0, 0.1, 0])));
 * const text = await new Response(writeMatrixMarket(a)).text();
 * assert.equal(text, "%%MatrixMarket matrix coordinate real general\n2 2 1\n2 1 0.1\n");
 * ```
 */
export function writeMatrixMarket(matrix: Csr | Dense): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from("format" in matrix ? coordinatePieces(matrix) : arrayPieces(matrix));
}

/**
 * Writes a sparse matrix as tab-separated triples of the Graph Challenge, counting from 1. Shape
 * and trailing empty rows are not in the file: who reads it must know them.
 *
 * @param a The matrix; its values must be finite, or the stream fails with FormatError.
 * @returns The file, as a stream.
 *
 * @example One entry
 * ```ts
 * import { csrFromDense, dense, writeGraphChallenge } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([0, 0, 0.1, 0])));
 * assert.equal(await new Response(writeGraphChallenge(a)).text(), "2\t1\t0.1\n");
 * ```
 */
export function writeGraphChallenge(a: Csr): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(triplePieces(new TextBuffer("graph-challenge"), a, "\t"));
}

/**
 * Writes where the entries of a sparse matrix stand as SMTX. **The values are left out**, for the
 * format has none.
 *
 * @param a The matrix.
 * @returns The file, as a stream.
 *
 * @example One entry
 * ```ts
 * import { csrFromDense, dense, writeSmtx } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([0, 0, 0.1, 0])));
 * assert.equal(await new Response(writeSmtx(a)).text(), "2, 2, 1\n0 0 1\n0\n");
 * ```
 */
export function writeSmtx(a: Csr): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(smtxPieces(a));
}

type Pieces = Generator<Uint8Array<ArrayBuffer>>;

function* coordinatePieces(a: Csr): Pieces {
  const buffer = new TextBuffer("matrix-market");
  buffer.text("%%MatrixMarket matrix coordinate real general\n");
  buffer.index(a.rows, " ").index(a.cols, " ").index(a.values.length, "\n");
  yield* triplePieces(buffer, a, " ");
}

function* triplePieces(buffer: TextBuffer, a: Csr, separator: string): Pieces {
  for (let row = 0; row < a.rows; row++) {
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      buffer.index(row + 1, separator).index(a.colIndices[entry] + 1, separator);
      buffer.float32(a.values[entry]);
      if (buffer.full) yield buffer.take();
    }
  }
  yield buffer.take();
}

function* arrayPieces(b: Dense): Pieces {
  const buffer = new TextBuffer("matrix-market");
  buffer.text("%%MatrixMarket matrix array real general\n");
  buffer.index(b.rows, " ").index(b.cols, "\n");
  for (let col = 0; col < b.cols; col++) {
    for (let row = 0; row < b.rows; row++) {
      buffer.float32(b.data[row * b.cols + col]);
      if (buffer.full) yield buffer.take();
    }
  }
  yield buffer.take();
}

function* smtxPieces(a: Csr): Pieces {
  const buffer = new TextBuffer("smtx");
  buffer.index(a.rows, ",").text(" ").index(a.cols, ",").text(" ").index(a.values.length, "\n");
  yield* linePieces(buffer, a.rowOffsets);
  yield* linePieces(buffer, a.colIndices);
  yield buffer.take();
}

function* linePieces(buffer: TextBuffer, indices: Uint32Array): Pieces {
  for (let i = 0; i < indices.length; i++) {
    buffer.index(indices[i], i + 1 < indices.length ? " " : "\n");
    if (buffer.full) yield buffer.take();
  }
  if (indices.length === 0) buffer.text("\n");
}
