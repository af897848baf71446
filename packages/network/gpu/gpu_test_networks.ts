import { type Csr, sliceRows } from "@spmm/formats";
import type { Network } from "../network.ts";
import { type BiasSign, randomNetwork } from "../reference_networks.ts";
import type { Strategies } from "../strategies.ts";

const SWITCH = [false, true];

/** Every combination of the strategies that change no sum but by rounding. */
export const COMBINATIONS: readonly Strategies[] = SWITCH.flatMap((pruning) =>
  SWITCH.flatMap((fusion) =>
    SWITCH.flatMap((staging) =>
      SWITCH.map((reordering) => ({ pruning, fusion, staging, reordering }))
    )
  )
);

/** Sixteen layers in which about half of the inputs die if biases are not positive. */
export function deepNetwork(bias: BiasSign): Network {
  return randomNetwork({
    widths: Array.from({ length: 17 }, () => 64),
    density: 0.15,
    alike: 6,
    bias,
    activation: { kind: "clipped-relu", ceiling: 4 },
    lastLinear: false,
    seed: 12,
  });
}

/** Inputs cut into pieces of the sizes given, over and over. */
export function* pieces(inputs: Csr, sizes: readonly number[]): Generator<Csr> {
  for (let [begin, i] = [0, 0]; begin < inputs.rows; i++) {
    const end = Math.min(inputs.rows, begin + sizes[i % sizes.length]);
    yield sliceRows(inputs, begin, end);
    begin = end;
  }
}
