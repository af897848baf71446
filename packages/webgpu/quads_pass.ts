import { extents, type SpmmProblem } from "@spmm/spmm";
import { type Binding, encoding, type GpuPass, type KernelData } from "./gpu_pass.ts";
import type { GpuLimits } from "./limits.ts";
import { areMany } from "./many_rows_knobs.ts";
import { chooseQuadsKnobs } from "./choose_quads_knobs.ts";
import { quadsCode, quadsWorkgroups } from "./quads_code.ts";
import { checkedKnobs, type QuadsKnobs } from "./quads_knobs.ts";
import type { RowsInBrief } from "./rows_in_brief.ts";
import { joined } from "./remembered.ts";
import { quadForm, rowTurns } from "./row_quads.ts";
import { wideIo } from "./wide_io.ts";

/** Where the quads of a problem are. */
export interface QuadsInPlace {
  /** Where the quads of each row of op(A) begin, and where the last end. */
  readonly quadOffsets: Uint32Array;
  /** The quads: part of the encoding, or what a pass before this one writes. */
  readonly pairs: QuadsSource;
}

/** An array of quads: its words, or bytes that a pass before has written, by the name `pairs`. */
export type QuadsSource =
  | { readonly role: "encoding"; readonly data: KernelData }
  | { readonly role: "written"; readonly bytes: number };

/** The pass that multiplies rows of quads, and how it is set up. */
export interface QuadsProduct {
  /** The pass. */
  readonly pass: GpuPass;
  /** One sentence. */
  readonly summary: string;
  /** The knobs, and what follows from them. */
  readonly facts: Readonly<Record<string, number | boolean | string>>;
}

/**
 * The product of rows of quads with B: rows are dealt out, quad by quad, to several groups of lanes
 * of a workgroup (`quadsCode`).
 *
 * Bytes: the quads once per column tile, B once per non-zero and column, from the first-level cache
 * where the rows of a workgroup meet there, C once. Operations: 2·nnz·n. On-chip loads bound it:
 * nnz·n elements of B, and for each vector of a lane's columns its share of a quad.
 *
 * @param problem The problem, or the part of one that the pass works on.
 * @param rows What the knobs are chosen by.
 * @param limits What the device allows.
 * @param quads Where the quads are.
 * @param wanted Knobs to take instead of choosing.
 * @throws {ShapeError} If no workgroup can be laid out by the knobs wanted, or none that the device
 * takes.
 *
 * @example Quads that another pass writes
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { quadsProduct } from "@spmm/webgpu";
 * import { LARGE_LIMITS } from "@spmm/webgpu/conformance";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 2, cols: 8, density: 0.5, seed: 1 });
 * const quads = {
 *   quadOffsets: Uint32Array.of(0, 1, 2),
 *   pairs: { role: "written", bytes: 64 },
 * } as const;
 * const { pass } = quadsProduct({ a, n: 8 }, { rows: 2, mean: 4, longest: 4 }, LARGE_LIMITS, quads);
 * assert.equal(pass.bindings.at(-1)?.role, "written");
 * ```
 */
export function quadsProduct(
  problem: SpmmProblem,
  rows: RowsInBrief,
  limits: GpuLimits,
  { quadOffsets, pairs }: QuadsInPlace,
  wanted?: QuadsKnobs,
): QuadsProduct {
  const { rowOrder, ...unordered } = problem;
  const io = wideIo(unordered);
  const { vectors, columns } = io;
  const b = { k: extents(problem).k, vectors, columns };
  const knobs = wanted ? checkedKnobs(wanted, io, limits) : chooseQuadsKnobs(rows, b, limits);
  const { lanes, vectorsPerLane, slices, threads } = knobs;
  const rowsPerWorkgroup = threads / (lanes * slices);
  const tiles = Math.ceil(io.vectors / (lanes * vectorsPerLane));
  // Many rows alike take their time in the loop, which the compiler was seen to make a third slower
  // where it knows the tile.
  const areAlike = knobs.order === "tile by tile" && areMany(rows, b);
  const quads: Binding = { name: "pairs", type: "array<vec4<u32>>", ...pairs };
  return {
    pass: {
      label: "rows of quads",
      workgroups: quadsWorkgroups(knobs, rows.rows, io.vectors),
      bindings: [
        ...io.bindings,
        encoding("turns", "array<vec4<u32>>", rowTurns(quadOffsets, rowOrder)),
        quads,
      ],
      code: joined(io.code, quadsCode(knobs, quadForm(problem), columns, tiles, areAlike)),
    },
    summary: `${rowsPerWorkgroup} rows per workgroup of ${threads} threads, ${slices} slices a ` +
      `row, ${lanes} lanes with ${vectorsPerLane} vectors of ${io.columns} columns, ${tiles} ` +
      `column tiles`,
    facts: { ...knobs, rowsPerWorkgroup, columnsPerVector: io.columns, columnTiles: tiles },
  };
}
