import { type Csr, csrFromDense, dense, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import fc from "fast-check";
import { placedLayers, weightsByPlace } from "./gpu_test_networks.ts";
import {
  givenOrder,
  type LayerTiles,
  STEP,
  SupportUnion,
  tiledRows,
  tileLayer,
} from "./layer_tiles.ts";

const widths = fc.constantFrom(1, 2, 4, 8, 16);

Deno.test("tiles hold every weight and bias once, where its output and input are stored", () => {
  fc.assert(
    fc.property(placedLayers, widths, ({ layer, order, place }, width) => {
      const tiles = tileLayer(layer, order, place, width);
      assert.deepEqual(matrixOf(tiles, layer.weights), weightsByPlace({ layer, order, place }));
      order.outputs.forEach((output, at) => assert.equal(tiles.bias[at], layer.bias[output]));
      assert.ok(tiles.bias.subarray(order.outputs.length).every((b) => b === 0));
    }),
    { seed: 1, numRuns: 150 },
  );
});

Deno.test("tiles begin at whole steps, and are as long as the union of their supports", () => {
  fc.assert(
    fc.property(placedLayers, widths, ({ layer, order, place }, width) => {
      const { starts, rows, weights, bias } = tileLayer(layer, order, place, width);
      const tiles = Math.ceil(layer.weights.rows / width);
      assert.deepEqual([starts.length, bias.length], [tiles + 1, tiles * width]);
      assert.equal(weights.length, rows.length * width);
      let unpadded = 0;
      for (let tile = 0; tile < tiles; tile++) {
        assert.equal(starts[tile] % STEP, 0);
        const distinct = new Set(rows.subarray(starts[tile], starts[tile + 1]));
        assert.equal(starts[tile + 1] - starts[tile], Math.ceil(distinct.size / STEP) * STEP);
        unpadded += distinct.size;
      }
      assert.equal(tiledRows(layer.weights, order, width), unpadded);
    }),
    { seed: 2, numRuns: 150 },
  );
});

Deno.test("outputs of one support, side by side, are tiled without padding", () => {
  const support = randomCsr({ rows: 1, cols: 50, density: 0.5, seed: 3 });
  const picture = dense(32, 50);
  for (let row = 0; row < 32; row++) {
    support.colIndices.forEach((column, i) => picture.data[row * 50 + column] = i + row + 1);
  }
  const weights = csrFromDense(picture);
  const order = { outputs: givenOrder(32).outputs, supports: new Uint32Array(32) };
  assert.equal(tiledRows(weights, order, 16), 2 * support.colIndices.length);
  assert.equal(tiledRows(weights, order, 1), 32 * support.colIndices.length);
});

Deno.test("a union has each column of its outputs once, in ascending order", () => {
  const weights = csrFromDense(
    dense(4, 5, new Float32Array([0, 1, 0, 0, 2, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 5, 0, 6, 0, 0])),
  );
  const union = new SupportUnion(weights, givenOrder(4));
  const columns = (first: number, end: number): number[] => {
    assert.equal(union.size(first, end), union.of(first, end).length);
    return [...union.of(first, end)];
  };
  assert.deepEqual(columns(0, 1), [1, 4]);
  assert.deepEqual(columns(0, 2), [0, 1, 4]);
  assert.deepEqual(columns(2, 3), []);
  assert.deepEqual(columns(1, 4), [0, 2, 4]);
  assert.deepEqual(columns(0, 4), [0, 1, 2, 4]);
});

/** Reads tiles as the kernel does: outputs by position, inputs by place. */
function matrixOf({ width, starts, rows, weights }: LayerTiles, shape: Csr): number[][] {
  const matrix = Array.from({ length: shape.rows }, () => new Array<number>(shape.cols).fill(0));
  for (let tile = 0; tile + 1 < starts.length; tile++) {
    for (let step = starts[tile]; step < starts[tile + 1]; step++) {
      for (let o = 0; o < width; o++) {
        const weight = weights[step * width + o];
        if (weight !== 0) matrix[tile * width + o][rows[step]] += weight;
      }
    }
  }
  return matrix;
}
