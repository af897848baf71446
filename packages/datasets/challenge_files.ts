import {
  type Csr,
  readCategories,
  readMatrixFile,
  type ReadMatrixFileOptions,
} from "@spmm/formats";
import { DatasetError } from "./errors.ts";
import { plainOrGzip } from "./expanded_file.ts";

/** Inputs of every network of the challenge. */
const INPUTS = 60_000;
const CONNECTIONS = 32;

/** The file of a layer, counted from 1 as the challenge does, without `.gz`. */
export function layerFile(folder: string, neurons: number, layer: number): string {
  return `${folder}/neuron${neurons}/n${neurons}-l${layer}.tsv`;
}

/** The file of the truth after so many layers. */
export function categoriesFile(folder: string, neurons: number, layers: number): string {
  return `${folder}/neuron${neurons}-l${layers}-categories.tsv`;
}

/** Reads a layer as the file has it: W with row = input neuron, column = output neuron. */
export async function readLayer(folder: string, neurons: number, layer: number): Promise<Csr> {
  const path = layerFile(folder, neurons, layer);
  const w = await readSparse(path, { shape: { rows: neurons, cols: neurons } });
  if (w.values.length === neurons * CONNECTIONS) return w;
  const rule = `a layer must have ${neurons * CONNECTIONS} weights`;
  throw new DatasetError(`Cannot load ${path}: ${rule}: received ${w.values.length}`);
}

/** The files that inputs may be in, all of them before the first 1200; without `.gz`. */
export function inputFiles(folder: string, neurons: number): string[] {
  const base = `${folder}/sparse-images-${neurons}`;
  return [`${base}.tsv`, `${base}.mtx`, `${base}-first1200.mtx`];
}

/** Reads inputs × neurons. */
export async function readInputs(path: string, neurons: number): Promise<Csr> {
  const shape = { rows: INPUTS, cols: neurons };
  const inputs = await readSparse(path, path.endsWith(".tsv") ? { shape } : {});
  if (inputs.cols === neurons) return inputs;
  const rule = `inputs must have ${neurons} columns`;
  throw new DatasetError(`Cannot load ${path}: ${rule}: received ${inputs.cols}`);
}

/** Reads the inputs, from 0, that are not all zero at the end. */
export async function readSurvivors(path: string): Promise<Uint32Array> {
  const found = await plainOrGzip(path) ?? missing(path);
  return await readCategories(await Deno.readFile(found), { name: found, inputs: INPUTS });
}

async function readSparse(path: string, options: ReadMatrixFileOptions): Promise<Csr> {
  const found = await plainOrGzip(path) ?? missing(path);
  const matrix = await readMatrixFile(found, options);
  if ("format" in matrix) return matrix;
  throw new DatasetError(`Cannot load ${found}: it must be sparse: received a dense matrix`);
}

function missing(path: string): never {
  const rule = "the file must exist, plain or with .gz behind";
  throw new DatasetError(`Cannot load the Graph Challenge: ${rule}: received ${path}`);
}
