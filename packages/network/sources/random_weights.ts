import { type Csr, randomSource } from "@spmm/formats";

/**
 * How far a weight may be from what it was, in parts of it: small enough that a network which lets
 * some inputs live and some die still does, large enough that no two weights are equal.
 */
const SPREAD = 0.05;

/** A layer with its weights multiplied by 1 ± {@linkcode SPREAD}, each by another number. */
export function withRandomWeights(weights: Csr, seed: number): Csr {
  const { unit } = randomSource(seed);
  const values = weights.values.map((value) => value * (1 + SPREAD * (2 * unit() - 1)));
  return { ...weights, values };
}
