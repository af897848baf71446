import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type FusedLayers,
  fuseLayers,
  LAYER_WORDS,
  LIST_STEP,
  SLICE_TILES,
} from "./fused_layers.ts";
import { placedLayers, weightsByPlace } from "./gpu_test_networks.ts";
import { boundsOf } from "../activation_bounds.ts";

const stages = fc.tuple(
  fc.array(placedLayers, { minLength: 1, maxLength: 4 }),
  fc.constantFrom(1, 2),
);

Deno.test("fused layers are the layers, each weight once, whatever the order of steps", () => {
  fc.assert(
    fc.property(stages, ([placed, width]) => {
      const fused = fuseLayers(placed, width);
      placed.forEach((one, l) => {
        const { weights } = one.layer;
        assert.deepEqual(matrixOf(fused, l, weights.rows, weights.cols), weightsByPlace(one));
      });
      const connections = placed.reduce((sum, { layer }) => sum + layer.weights.values.length, 0);
      assert.equal(fused.weights.filter((weight) => weight !== 0).length, connections);
    }),
    { seed: 1, numRuns: 150 },
  );
});

Deno.test("each fused layer has the biases of its outputs and the bounds of its activation", () => {
  fc.assert(
    fc.property(stages, ([placed, width]) => {
      const { tables, biases } = fuseLayers(placed, width);
      const floats = new Float32Array(tables.buffer);
      placed.forEach(({ layer, order }, l) => {
        const [, , , biasAt] = tables.subarray(l * LAYER_WORDS);
        const found = biases.subarray(biasAt, biasAt + layer.weights.rows);
        assert.deepEqual([...found], Array.from(order.outputs, (output) => layer.bias[output]));
        const { low, high } = boundsOf(layer.activation);
        const [foundLow, foundHigh] = floats.subarray(l * LAYER_WORDS + 4);
        assert.deepEqual([foundLow, foundHigh], [low, high]);
      });
    }),
    { seed: 2, numRuns: 50 },
  );
});

Deno.test("lists are as long as the longest of their slice, and as said where all are alike", () => {
  fc.assert(
    fc.property(stages, ([placed, width]) => {
      const fused = fuseLayers(placed, width);
      const loads = placed.flatMap((_, l) => loadsOf(fused, l));
      const alike = new Set(loads).size === 1;
      assert.equal(fused.uniformLength, alike ? loads[0] : undefined);
      assert.equal(fused.mostTiles, Math.max(...placed.map((_, l) => tilesOf(fused, l))));
      const stored = loads.reduce((sum, load) => sum + load, 0);
      assert.equal(fused.weights.length, stored * LIST_STEP * SLICE_TILES * width);
    }),
    { seed: 3, numRuns: 50 },
  );
});

function tilesOf({ tables }: FusedLayers, layer: number): number {
  return tables[layer * LAYER_WORDS];
}

function loadsOf(fused: FusedLayers, layer: number): number[] {
  const slices = Math.ceil(tilesOf(fused, layer) / SLICE_TILES);
  const sliceAt = fused.tables[layer * LAYER_WORDS + 2];
  return Array.from({ length: slices }, (_, slice) => fused.tables[sliceAt + 2 * slice + 1]);
}

/** Reads a layer as the kernel does: outputs by position, inputs by place. */
function matrixOf(fused: FusedLayers, layer: number, rows: number, cols: number): number[][] {
  const { width, tables, lists, weights } = fused;
  const matrix = Array.from({ length: rows }, () => new Array<number>(cols).fill(0));
  const [tiles, tableAt, sliceAt] = tables.subarray(layer * LAYER_WORDS);
  const perVector = 4 / width;
  for (let tile = 0; tile < tiles; tile++) {
    const slice = sliceAt + 2 * Math.floor(tile / SLICE_TILES);
    const firstVector = tables[slice] + tile % SLICE_TILES;
    for (let step = 0; step < tables[slice + 1] * LIST_STEP; step++) {
      const pair = lists[4 * tables[tableAt + tile] + (step >> 1)];
      const row = (pair >>> (16 * (step & 1))) & 0xffff;
      assert.ok(row < cols);
      const vector = firstVector + Math.floor(step / perVector) * SLICE_TILES;
      for (let o = 0; o < width; o++) {
        const weight = weights[4 * vector + step % perVector * width + o];
        if (weight !== 0) matrix[tile * width + o][row] += weight;
      }
    }
  }
  return matrix;
}
