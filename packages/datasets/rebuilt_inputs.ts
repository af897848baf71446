import type { Csr } from "@spmm/formats";
import { DatasetError } from "./errors.ts";
import { type AboveThreshold, interpolator } from "./fourier_interpolation.ts";
import { loadMnist, type Mnist } from "./mnist.ts";

/** What {@linkcode rebuiltInputs} makes. */
export interface RebuiltInputsOptions {
  /** Neurons of the network that the inputs are for: the square of the side of an image. */
  readonly neurons: 1024 | 4096 | 16384 | 65536;
  /** The first image, from 0; 0 where absent. */
  readonly first?: number;
  /** How many images; all that follow where absent. */
  readonly count?: number;
  /** Inputs in a chunk, but for the last; 4096 where absent. */
  readonly chunk?: number;
  /** Where the images come from; `loadMnist("train")` where absent. */
  readonly mnist?: Mnist;
}

/** Some inputs of the Graph Challenge that were not read but rebuilt. */
export interface RebuiltInputs {
  /** To be shown wherever they are: they are not the official ones. */
  readonly origin: "rebuilt";
  /** The number of the first, from 0 among all of MNIST. */
  readonly first: number;
  /** Inputs × neurons; every value is 1, and chunks share the array of values. */
  readonly inputs: Csr;
}

/** Of 255, above which a pixel is on. */
const THRESHOLD = 184.5;
const SIDES: ReadonlySet<number> = new Set([32, 64, 128, 256]);

/**
 * Rebuilds the inputs of the Sparse DNN Graph Challenge (Kepner et al., HPEC 2019) from MNIST: an
 * image is resized by Fourier interpolation, then a pixel is on if it is above 184.5, and the
 * neuron of row y and column x is x · side + y. Of the first 1200 images 99.949 % of all pixels are
 * those of the official files; where the truth counts, use the official ones.
 *
 * Inputs come in chunks as they are made, in order, so that 60 000 × 65 536 never exist at once.
 *
 * @param options Size, which images, how many at a time.
 * @throws {DatasetError} If MNIST is not there, or the images asked for are not.
 *
 * @example Three inputs, two at a time
 * ```ts
 * import { rebuiltInputs } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const sizes: number[] = [];
 * for await (const { inputs, origin } of rebuiltInputs({ neurons: 1024, count: 3, chunk: 2 })) {
 *   assert.equal(origin, "rebuilt");
 *   sizes.push(inputs.rows);
 * }
 * assert.deepEqual(sizes, [2, 1]);
 * ```
 */
export async function* rebuiltInputs(
  options: RebuiltInputsOptions,
): AsyncGenerator<RebuiltInputs, void, void> {
  const { neurons, first = 0, chunk = 4096 } = options;
  const side = Math.sqrt(neurons);
  if (!SIDES.has(side)) refuse("neurons must be 1024, 4096, 16384 or 65536", neurons);
  if (!Number.isInteger(chunk) || chunk < 1) refuse("a chunk must have an input or more", chunk);
  const mnist = options.mnist ?? await loadMnist("train");
  const end = first + (options.count ?? mnist.count - first);
  if (!Number.isInteger(first) || !Number.isInteger(end) || first < 0 || end < first) {
    refuse("first and count must be whole numbers from 0", `${first} and ${options.count}`);
  }
  if (end > mnist.count) refuse(`there are ${mnist.count} images`, `images up to ${end}`);
  const resize = interpolator(mnist.side, side, THRESHOLD);
  const scratch: Scratch = { columns: new Uint32Array(0), ones: new Float32Array(0) };
  for (let begin = first; begin < end; begin += chunk) {
    const rows = Math.min(chunk, end - begin);
    const inputs = rebuild(mnist, begin, rows, neurons, resize, scratch);
    yield { origin: "rebuilt", first: begin, inputs };
  }
}

/** What chunks use in turn, for memory that was never touched is slow to touch. */
interface Scratch {
  columns: Uint32Array;
  ones: Float32Array;
}

function rebuild(
  { images, side }: Mnist,
  first: number,
  rows: number,
  neurons: number,
  resize: AboveThreshold,
  scratch: Scratch,
): Csr {
  const pixels = side * side;
  const rowOffsets = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const from = rowOffsets[row];
    if (from + neurons > scratch.columns.length) {
      scratch.columns = longer(scratch.columns, rows * neurons / EXPECTED_FRACTION + neurons);
    }
    const image = images.subarray((first + row) * pixels, (first + row + 1) * pixels);
    rowOffsets[row + 1] = resize(image, scratch.columns, from);
  }
  const entries = rowOffsets[rows];
  if (entries > scratch.ones.length) scratch.ones = new Float32Array(entries).fill(1);
  const colIndices = scratch.columns.slice(0, entries);
  const values = scratch.ones.subarray(0, entries);
  return { format: "csr", rows, cols: neurons, rowOffsets, colIndices, values };
}

/** About one pixel in ten is on. */
const EXPECTED_FRACTION = 8;

function longer(columns: Uint32Array, least: number): Uint32Array {
  const grown = new Uint32Array(Math.max(Math.ceil(least), 2 * columns.length));
  grown.set(columns);
  return grown;
}

function refuse(rule: string, received: string | number): never {
  throw new DatasetError(`Cannot rebuild inputs: ${rule}: received ${received}`);
}
