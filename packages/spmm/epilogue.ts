/**
 * What is applied to an element after its bias.
 *
 * - `relu`: max(0, x).
 * - `clipped-relu`: min(ceiling, max(0, x)); the Sparse DNN Graph Challenge clips at 32.
 */
export type Activation =
  | { readonly kind: "relu" }
  | { readonly kind: "clipped-relu"; readonly ceiling: number };

/**
 * What a kernel fuses after the product, so that C is written once: C = act(op(A)·B + bias).
 *
 * @example The layer of a sparse network
 * ```ts
 * import { applyEpilogue, type Epilogue } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const layer: Epilogue = {
 *   bias: new Float32Array([-0.5]),
 *   activation: { kind: "clipped-relu", ceiling: 32 },
 * };
 * assert.equal(applyEpilogue(layer, 0, 0.25), 0);
 * assert.equal(applyEpilogue(layer, 0, 100), 32);
 * ```
 */
export interface Epilogue {
  /** One number per row of C. */
  readonly bias?: Float32Array<ArrayBufferLike>;
  /** Applied last; none where absent. */
  readonly activation?: Activation;
}

/**
 * The element that stands in C once the epilogue has seen `sum` in row `row`.
 *
 * @param epilogue The epilogue, or undefined for none.
 * @param row The row of C.
 * @param sum The element of op(A)·B.
 *
 * @example The bias comes first
 * ```ts
 * import { applyEpilogue } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const bias = new Float32Array([1, -3]);
 * assert.equal(applyEpilogue({ bias, activation: { kind: "relu" } }, 1, 2), 0);
 * assert.equal(applyEpilogue(undefined, 1, 2), 2);
 * ```
 */
export function applyEpilogue(epilogue: Epilogue | undefined, row: number, sum: number): number {
  const biased = epilogue?.bias === undefined ? sum : sum + epilogue.bias[row];
  switch (epilogue?.activation?.kind) {
    case undefined:
      return biased;
    case "relu":
      return Math.max(0, biased);
    case "clipped-relu":
      return Math.min(epilogue.activation.ceiling, Math.max(0, biased));
  }
}
