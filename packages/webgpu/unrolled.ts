/**
 * WGSL statements of an unrolled loop, one behind the other.
 *
 * @param count How many times.
 * @param statement The statement of a step, which counts from 0.
 *
 * @example Two loads at once
 * ```ts
 * import { unrolled } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const loads = unrolled(2, (i) => `let b${i} = load_b(row + ${i}u, vector);`);
 * assert.equal(loads.split("\n").length, 2);
 * ```
 */
export function unrolled(count: number, statement: (step: number) => string): string {
  return Array.from({ length: count }, (_, step) => statement(step)).join("\n    ");
}
