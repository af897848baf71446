import { randomSource } from "@spmm/formats";
import fc from "fast-check";
import { equalSupports } from "../equal_supports.ts";
import { randomNetwork } from "../reference_networks.ts";
import type { Strategies } from "../strategies.ts";
import type { PlacedLayer } from "./fused_layers.ts";
import { givenOrder, supportOrder } from "./layer_tiles.ts";

const SWITCH = [false, true];

/** Every combination of the strategies that change no sum but by rounding. */
export const COMBINATIONS: readonly Strategies[] = SWITCH.flatMap((pruning) =>
  SWITCH.flatMap((fusion) =>
    SWITCH.flatMap((staging) =>
      SWITCH.map((reordering) => ({ pruning, fusion, staging, reordering }))
    )
  )
);

/** Layers with outputs in either order, and inputs stored anywhere. */
export const placedLayers: fc.Arbitrary<PlacedLayer> = fc.record({
  rows: fc.integer({ min: 1, max: 90 }),
  cols: fc.integer({ min: 1, max: 90 }),
  density: fc.constantFrom(0, 0.05, 0.4, 1),
  alike: fc.integer({ min: 1, max: 19 }),
  reordered: fc.boolean(),
  seed: fc.nat(2 ** 30),
}).map(({ rows, cols, reordered, ...options }) => {
  const widths = [cols, rows];
  const { layers } = randomNetwork({ ...options, widths, bias: "mixed", lastLinear: true });
  const [layer] = layers;
  return {
    layer,
    order: reordered ? supportOrder(equalSupports(layer.weights)) : givenOrder(rows),
    place: shuffled(cols, options.seed),
  };
});

/** A layer's weights in rows by the position of the output, in columns by the place of the input. */
export function weightsByPlace({ layer: { weights }, order, place }: PlacedLayer): number[][] {
  const { rowOffsets, colIndices, values } = weights;
  return Array.from(order.outputs, (row) => {
    const stored = new Array<number>(weights.cols).fill(0);
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      stored[place[colIndices[entry]]] = values[entry];
    }
    return stored;
  });
}

function shuffled(count: number, seed: number): Uint32Array<ArrayBuffer> {
  const { unit } = randomSource(seed);
  const keys = Float64Array.from({ length: count }, unit);
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b]);
}
