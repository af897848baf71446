import type { SpmmProblem } from "@spmm/spmm";
import type { Binding } from "./gpu_pass.ts";
import { nonZeroCode, writeNonZero } from "./non_zero_code.ts";
import type { QuadsSource } from "./quads_pass.ts";
import { quadForm, quadWords } from "./row_quads.ts";

/** Scratch that a pass writes quads to, for a product that comes after it. */
export interface QuadsScratch {
  /** Where `quadsProduct` finds the quads. */
  readonly source: Extract<QuadsSource, { readonly role: "written" }>;
  /** The scratch as the pass that writes sees it. */
  readonly binding: Binding;
  /**
   * WGSL: `write_non_zero(at, column, vectors, value)` writes non-zero `at`, four of them to a quad;
   * `vectors` are those in a row of B.
   */
  readonly code: string;
}

/**
 * Scratch for the quads of a problem, and how they are written.
 *
 * @param problem Gives the form of a quad.
 * @param quadOffsets Where the quads of each row begin, and where the last end.
 *
 * @example Room for two quads
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { quadsScratch } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 2, cols: 8, density: 0.5, seed: 1 });
 * assert.equal(quadsScratch({ a, n: 8 }, Uint32Array.of(0, 1, 2)).source.bytes, 64);
 * ```
 */
export function quadsScratch(problem: SpmmProblem, quadOffsets: Uint32Array): QuadsScratch {
  const form = quadForm(problem);
  const quads = quadOffsets[quadOffsets.length - 1];
  const bytes = quads * quadWords(form) * Uint32Array.BYTES_PER_ELEMENT;
  return {
    source: { role: "written", bytes },
    binding: { role: "scratch", name: "pairs", type: `array<${nonZeroCode(form).type}>`, bytes },
    code: writeNonZero("pairs[at]", form),
  };
}
