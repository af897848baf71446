/** A loop in WGSL. */
export interface WgslLoop {
  /** Whether there is another turn. */
  readonly condition: string;
  /** What leads to the next. */
  readonly step: string;
  /** The statements of a turn. */
  readonly turn: string;
  /** Turns written out in a round: one where absent. Many take many registers. */
  readonly turns?: number;
}

/**
 * WGSL of a loop that asks behind each turn whether there is another. Naga, which compiles WGSL in Deno
 * and in Firefox, counts the rounds of every loop in 64 bits, lest one be endless (gfx-rs/wgpu, pull
 * request 7080), and drivers then write out no turns themselves: a loop of few registers, whose turns
 * are short, had better have few rounds.
 *
 * @param loop The loop, whose variables are declared before it.
 *
 * @example Two turns a round
 * ```ts
 * import { wgslLoop } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const code = wgslLoop({
 *   condition: "quad < end",
 *   step: "quad += 4u",
 *   turn: "sum += quads[quad];",
 *   turns: 2,
 * });
 * assert.equal(code.match(/sum \+=/g)?.length, 2);
 * assert.match(code, /break if !\(quad < end\)/);
 * ```
 */
export function wgslLoop({ condition, step, turn, turns = 1 }: WgslLoop): string {
  const onward = `${step};
      if (!(${condition})) {
        break;
      }`;
  return `if (${condition}) {
    loop {
      ${Array.from({ length: turns }, () => `{ ${turn} }`).join(onward)}
      continuing {
        ${step};
        break if !(${condition});
      }
    }
  }`;
}
