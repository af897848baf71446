/** A loop in WGSL. */
export interface WgslLoop {
  /** Whether there is another turn. */
  readonly condition: string;
  /** What leads to the next. */
  readonly step: string;
  /** The statements of a turn. */
  readonly turn: string;
}

/**
 * WGSL of a loop that asks behind each turn whether there is another: one jump a turn, where a `for`
 * has two. Naga, which compiles WGSL in Deno and in Firefox, also counts the rounds of every loop in 64
 * bits, lest one be endless (gfx-rs/wgpu, pull request 7080): the shortest loops had better be written
 * out (`unrolled`). Where turns have many loads under way, a `for` may be faster, and so it is over CSR.
 *
 * @param loop The loop, whose variables are declared before it.
 *
 * @example Every fourth quad
 * ```ts
 * import { wgslLoop } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const code = wgslLoop({
 *   condition: "quad < end",
 *   step: "quad += 4u",
 *   turn: "sum += quads[quad];",
 * });
 * assert.match(code, /break if !\(quad < end\)/);
 * ```
 */
export function wgslLoop({ condition, step, turn }: WgslLoop): string {
  return `if (${condition}) {
    loop {
      { ${turn} }
      continuing {
        ${step};
        break if !(${condition});
      }
    }
  }`;
}
