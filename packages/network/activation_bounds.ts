import type { Activation } from "@spmm/spmm";

/** Between which an activation holds its results. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** An activation as bounds: min(high, max(low, x)). */
export function boundsOf(activation: Activation | undefined): Bounds {
  switch (activation?.kind) {
    case undefined:
      return { low: -Infinity, high: Infinity };
    case "relu":
      return { low: 0, high: Infinity };
    case "clipped-relu":
      return { low: 0, high: activation.ceiling };
  }
}
