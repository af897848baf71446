import { type Csr, randomCsr, randomSource, sliceRows } from "@spmm/formats";
import type { Activation } from "@spmm/spmm";
import type { Network, NetworkLayer } from "./network.ts";

/** Where biases of a made network lie. */
export type BiasSign = "negative" | "zero" | "positive" | "mixed";

/** What {@linkcode randomNetwork} makes. */
export interface RandomNetworkOptions {
  /** Neurons before the first layer, between layers, and after the last; two numbers or more. */
  readonly widths: readonly number[];
  /** Share of the connections that are there. */
  readonly density: number;
  /** Neighbouring outputs, counted with a stride, that share a support. */
  readonly alike: number;
  /** Where biases lie. */
  readonly bias: BiasSign;
  /** Of all layers but the last, and of the last too where `lastLinear` is false. */
  readonly activation?: Activation;
  /** Whether the last layer has no activation. */
  readonly lastLinear: boolean;
  readonly seed: number;
}

/**
 * Makes a small network for tests: rows without connections, groups of outputs with one support that
 * do not stand side by side, weights and biases of both signs.
 */
export function randomNetwork(options: RandomNetworkOptions): Network {
  const { widths, activation, lastLinear, seed } = options;
  const layers = widths.slice(1).map((rows, l): NetworkLayer => {
    const weights = alikeRows(rows, widths[l], options, seed + 17 * l);
    const bias = biases(rows, options.bias, seed + 17 * l + 1);
    const linear = activation === undefined || (lastLinear && l === widths.length - 2);
    return linear ? { weights, bias } : { weights, bias, activation };
  });
  return { name: `random ${widths.join("-")} from ${seed}`, layers };
}

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

/** Every row takes its columns from one of `rows / alike` rows, and values of its own. */
function alikeRows(
  rows: number,
  cols: number,
  { density, alike }: RandomNetworkOptions,
  seed: number,
): Csr {
  const groups = Math.max(1, Math.ceil(rows / alike));
  const supports = randomCsr({ rows: groups, cols, density, seed });
  const rowOffsets = new Uint32Array(rows + 1);
  const columns: number[] = [];
  for (let row = 0; row < rows; row++) {
    const group = row % groups;
    const [begin, end] = [supports.rowOffsets[group], supports.rowOffsets[group + 1]];
    columns.push(...supports.colIndices.subarray(begin, end));
    rowOffsets[row + 1] = columns.length;
  }
  const { unit } = randomSource(seed + 2);
  const values = Float32Array.from(columns, () => unit() * 2 - 0.8);
  return { format: "csr", rows, cols, rowOffsets, colIndices: Uint32Array.from(columns), values };
}

function biases(count: number, sign: BiasSign, seed: number): Float32Array<ArrayBuffer> {
  const { unit } = randomSource(seed);
  return new Float32Array(count).map(() => {
    switch (sign) {
      case "negative":
        return -unit();
      case "zero":
        return 0;
      case "positive":
        return unit();
      case "mixed":
        return unit() - 0.5;
    }
  });
}
