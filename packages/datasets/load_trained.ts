import {
  type Csr,
  csrFromDense,
  dense,
  readMatrixFile,
  readNumbers,
  transposeCsr,
} from "@spmm/formats";
import { DatasetError } from "./errors.ts";
import { plainOrGzip } from "./expanded_file.ts";
import type { Mnist } from "./mnist.ts";
import type { SparseLayer, SparseNetwork } from "./sparse_network.ts";

/** Pixels in, the first dense layer, 18 sparse ones, ten digits out. */
const PIXELS = 784;
const WIDTH = 128;
const DIGITS = 10;
const SPARSE_LAYERS = 18;
const LAST = SPARSE_LAYERS + 2;
const HIDDEN = { kind: "clipped-relu", ceiling: 1 } as const;

/**
 * Loads the trained MNIST network that came with SNICIT (Jiang, Huang, Yu, Ho: SNICIT: Accelerating
 * sparse neural network inference via compression at inference time on GPU, ICPP 2023): a dense
 * layer 784 → 128, 18 sparse layers of 128 neurons with 60 % of their weights, a dense layer
 * 128 → 10. Hidden activations are clipped to 0 … 1, the output is linear; the digit is the largest
 * output. Inputs are {@linkcode mnistFeatures}. It gets 94.94 % of the 10 000 test images right.
 *
 * @param folder The folder `mnist-n128-l18`, with `weights` and `biases`.
 * @returns All weights as CSR, outputs × inputs, the dense ones too.
 * @throws {DatasetError} If a file is missing or of another size.
 * @throws {ParseError} If a file is malformed.
 *
 * @example From pixels to digits
 * ```ts
 * import { findData, loadTrained } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = findData("trained/mnist-n128-l18");
 * if (root !== undefined) {
 *   const { layers } = await loadTrained(`${root}/trained/mnist-n128-l18`);
 *   assert.deepEqual([layers.length, layers[0].weights.cols, layers[19].weights.rows], [20, 784, 10]);
 * }
 * ```
 */
export async function loadTrained(folder: string): Promise<SparseNetwork> {
  const layers: SparseLayer[] = [];
  for (let layer = 1; layer <= LAST; layer++) {
    const inputs = layer === 1 ? PIXELS : WIDTH;
    const outputs = layer === LAST ? DIGITS : WIDTH;
    const isSparse = layer > 1 && layer < LAST;
    const file = `l${layer}-${isSparse ? "sparse" : "dense"}.tsv`;
    const path = await existing(`${folder}/weights/${file}`);
    const w = isSparse
      ? await readSparse(path, inputs, outputs)
      : csrFromDense(dense(inputs, outputs, await readExactly(path, inputs * outputs)));
    const bias = await readExactly(await existing(`${folder}/biases/${file}`), outputs);
    const weights = transposeCsr(w);
    layers.push(layer === LAST ? { weights, bias } : { weights, bias, activation: HIDDEN });
  }
  return { name: "mnist-n128-l18", layers };
}

/**
 * Images as the inputs of the trained network: images × 784, each pixel over 255, without the
 * pixels that are 0. O(pixels).
 *
 * @param mnist The images.
 * @param first The first, from 0; 0 where absent.
 * @param count How many; all that follow where absent.
 * @throws {RangeError} If there are no such images.
 *
 * @example The first test image
 * ```ts
 * import { loadMnist, mnistFeatures } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const features = mnistFeatures(await loadMnist("test"), 0, 1);
 * assert.deepEqual([features.rows, features.cols], [1, 784]);
 * assert.ok(features.values.every((value) => value > 0 && value <= 1));
 * ```
 */
export function mnistFeatures(mnist: Mnist, first = 0, count = mnist.count - first): Csr {
  if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 0) {
    refuseImages(mnist, first, count);
  }
  if (first + count > mnist.count) refuseImages(mnist, first, count);
  const pixels = mnist.images.subarray(first * PIXELS, (first + count) * PIXELS);
  const a = csrFromDense(dense(count, PIXELS, Float32Array.from(pixels)));
  return { ...a, values: a.values.map((pixel) => pixel / 255) };
}

function refuseImages({ count: there }: Mnist, first: number, count: number): never {
  const rule = `first and count must be whole numbers that name some of ${there} images`;
  throw new RangeError(`Cannot take images: ${rule}: received ${first} and ${count}`);
}

async function readSparse(path: string, rows: number, cols: number): Promise<Csr> {
  const matrix = await readMatrixFile(path, { shape: { rows, cols }, base: 0 });
  if ("format" in matrix) return matrix;
  throw new DatasetError(`Cannot load ${path}: it must be sparse: received a dense matrix`);
}

async function readExactly(path: string, count: number): Promise<Float32Array<ArrayBuffer>> {
  const numbers = await readNumbers(await Deno.readFile(path), { name: path });
  if (numbers.length === count) return numbers;
  const rule = `there must be ${count} numbers`;
  throw new DatasetError(`Cannot load ${path}: ${rule}: received ${numbers.length}`);
}

async function existing(path: string): Promise<string> {
  const found = await plainOrGzip(path);
  if (found !== undefined) return found;
  const rule = "the file must exist, plain or with .gz behind";
  throw new DatasetError(`Cannot load the trained network: ${rule}: received ${path}`);
}
