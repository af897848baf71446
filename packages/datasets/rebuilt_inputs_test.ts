import { checkCsr, readMatrixFile } from "@spmm/formats";
import fc from "fast-check";
import assert from "node:assert/strict";
import { DatasetError } from "./errors.ts";
import { findData } from "./find_data.ts";
import { interpolation, interpolator } from "./fourier_interpolation.ts";
import { type RebuiltInputs, rebuiltInputs, type RebuiltInputsOptions } from "./rebuilt_inputs.ts";

const root = findData("graph-challenge") ?? "";
const ignore = root === "";
const missing = ignore ? " (skipped: the data is missing)" : "";

async function chunksOf(options: RebuiltInputsOptions): Promise<RebuiltInputs[]> {
  return await Array.fromAsync(rebuiltInputs(options));
}

Deno.test({
  name: `of the pixels of the first 1200 inputs 99.949 % are the official ones${missing}`,
  ignore,
  fn: async () => {
    const path = `${root}/graph-challenge/sparse-images-1024-first1200.mtx.gz`;
    const official = await readMatrixFile(path);
    assert.ok("format" in official);
    const [{ inputs }] = await chunksOf({ neurons: 1024, count: 1200 });
    let different = 0;
    for (let row = 0; row < 1200; row++) {
      const [ours, theirs] = [inputs, official].map(({ rowOffsets, colIndices }) =>
        new Set(colIndices.subarray(rowOffsets[row], rowOffsets[row + 1]))
      );
      different += ours.symmetricDifference(theirs).size;
    }
    assert.equal(different, 623, "0.0507 % of them");
  },
});

Deno.test("inputs are the same in chunks of any size, and say that they are rebuilt", async () => {
  const [whole] = await chunksOf({ neurons: 4096, first: 5, count: 11 });
  checkCsr(whole.inputs);
  assert.ok(whole.inputs.values.every((value) => value === 1));
  const parts = await chunksOf({ neurons: 4096, first: 5, count: 11, chunk: 4 });
  assert.deepEqual(parts.map(({ first, inputs }) => [first, inputs.rows]), [[5, 4], [9, 4], [
    13,
    3,
  ]]);
  assert.ok(parts.every(({ origin }) => origin === "rebuilt"));
  const columns = parts.flatMap(({ inputs }) => [...inputs.colIndices]);
  assert.deepEqual(columns, [...whole.inputs.colIndices]);
});

Deno.test("inputs of every size have the same share of pixels that are on", async () => {
  for (const neurons of [1024, 4096, 16384, 65536] as const) {
    const [{ inputs }] = await chunksOf({ neurons, count: 40 });
    checkCsr(inputs);
    const share = inputs.values.length / (40 * neurons);
    assert.ok(Math.abs(share - 0.1) < 0.01, `${neurons}: ${share}`);
  }
});

Deno.test("what cannot be rebuilt is refused", async () => {
  const cases: [RebuiltInputsOptions, RegExp][] = [
    [{ neurons: 2048 as 1024 }, /neurons must be 1024/],
    [{ neurons: 1024, chunk: 0 }, /a chunk must have an input or more: received 0/],
    [{ neurons: 1024, first: -1 }, /whole numbers from 0/],
    [{ neurons: 1024, first: 59_999, count: 2 }, /there are 60000 images/],
    [{ neurons: 1024, count: 0.5 }, /whole numbers from 0/],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(
      chunksOf(options),
      (error) => error instanceof DatasetError && message.test(error.message),
    );
  }
  assert.deepEqual(await chunksOf({ neurons: 1024, count: 0 }), []);
});

Deno.test("interpolation passes through the samples and keeps waves that the samples can tell", () => {
  const [side, wanted] = [28, 64];
  const weights = interpolation(side, wanted);
  const wave = (t: number) =>
    3 + Math.cos(2 * Math.PI * 5 * t) - 2 * Math.sin(2 * Math.PI * 13 * t);
  for (let s = 0; s < wanted; s++) {
    let sum = 0;
    for (let p = 0; p < side; p++) sum += weights[s * side + p] * wave(p / side);
    assert.ok(Math.abs(sum - wave(s / wanted)) < 1e-12);
    assert.ok(weights.every((weight) => Math.abs(weight) <= 1 + 1e-12));
  }
});

Deno.test("what is left out could not have come above the threshold, wherever the ink is", () => {
  const [side, wanted, threshold] = [28, 32, 184.5];
  const weights = interpolation(side, wanted);
  const resize = interpolator(side, wanted, threshold);
  const above = new Uint32Array(wanted * wanted + 3);
  const edge = fc.nat({ max: side - 1 });
  const pixel = fc.oneof(fc.constant(0), fc.integer({ min: 120, max: 255 }));
  const pixels = fc.array(fc.tuple(edge, edge, pixel), { maxLength: 120 });
  fc.assert(
    fc.property(edge, edge, fc.integer({ min: 1, max: side }), pixels, (top, left, size, drawn) => {
      const image = new Uint8Array(side * side);
      for (const [row, col, value] of drawn) {
        image[((top + row % size) % side) * side + (left + col % size) % side] = value;
      }
      const values = placesOf(image, weights, side, wanted);
      // Where rounding decides, either is right.
      fc.pre(values.every((value) => Math.abs(value - threshold) > 1e-9));
      const expected = [...values.keys()].filter((place) => values[place] > threshold);
      const end = resize(image, above, 3);
      assert.deepEqual([...above.subarray(3, end)], expected);
    }),
    { seed: 7, numRuns: 60 },
  );
  assert.equal(resize(new Uint8Array(side * side), above, 3), 3, "an empty image has nothing");
});

/** Every place of a resized image, column by column, by the definition. */
function placesOf(
  image: Uint8Array,
  weights: Float64Array,
  side: number,
  wanted: number,
): Float64Array {
  return new Float64Array(wanted * wanted).map((_, place) => {
    const [x, y] = [Math.floor(place / wanted), place % wanted];
    let sum = 0;
    for (let i = 0; i < image.length; i++) {
      sum += image[i] * weights[y * side + Math.floor(i / side)] * weights[x * side + i % side];
    }
    return sum;
  });
}
