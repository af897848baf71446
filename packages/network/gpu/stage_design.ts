import { chooseStaging, type StagedEll, stagedEll } from "@spmm/sliced-ell";
import type { Csr } from "@spmm/formats";
import { type GpuLimits, mostThreads } from "@spmm/webgpu";
import type { StageNote, StageWork } from "../inference.ts";
import type { NetworkLayer } from "../network.ts";
import { type Codebook, findCodebook, weightKind } from "./codebook.ts";
import type { Dispatch } from "./compaction_code.ts";
import { type FusedLayers, fuseLayers, type PlacedLayer } from "./fused_layers.ts";
import { type FusedConfig, fusedStageCode } from "./fused_stage_code.ts";
import { tileLayer } from "./layer_tiles.ts";
import { boundsOf } from "../activation_bounds.ts";
import type { StageNumbers } from "./stage_io.ts";
import { STAGED_BUFFERS, stagedStageCode } from "./staged_stage_code.ts";
import { TILE_SLOTS, tileStageCode } from "./tile_stage_code.ts";

/** An array of a stage's weights, to be uploaded. */
export type StageArray = Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** A kernel over one layer or several, as an inert description. */
export interface StageDesign {
  readonly firstLayer: number;
  readonly endLayer: number;
  /** What it is, for profilers and readers. */
  readonly label: string;
  readonly code: string;
  /** Its weights, in the order of the bindings. */
  readonly arrays: readonly StageArray[];
  /** Numbers of its uniform that do not depend on the run. */
  readonly numbers: Omit<StageNumbers, "stride" | "boundary" | "mark">;
  /** Rows of the second uniform that a staged layer has. */
  readonly shapeRows: number | undefined;
  readonly dispatch: Dispatch;
  /** Rows of features it leaves. */
  readonly outputRows: number;
  /** Connections of its layers. */
  readonly edges: number;
  readonly strategies: readonly string[];
  readonly why: string;
  /** What it takes for a live input. */
  readonly work: StageWork;
}

/** The note of a stage for readers. */
export function stageNote(design: StageDesign): StageNote {
  const { firstLayer, endLayer, strategies, why, work } = design;
  return { firstLayer, endLayer, strategies, why, work, weightBytes: bytesOfArrays(design.arrays) };
}

/** Bytes of arrays together. */
export function bytesOfArrays(arrays: readonly StageArray[]): number {
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** One layer by tiles of `width` outputs. */
export function tileStage(
  { layer, order, place }: PlacedLayer,
  index: number,
  width: number,
  limits: GpuLimits,
  codebook: boolean,
): StageDesign {
  const tiles = tileLayer(layer, order, place, width);
  const coded = codebookOf(tiles.weights, codebook, limits);
  const count = tiles.starts.length - 1;
  const z = Math.max(1, Math.ceil(count / limits.maxComputeWorkgroupsPerDimension));
  const together = width === 1 ? "row by row" : `${width} outputs side by side`;
  return {
    firstLayer: index,
    endLayer: index + 1,
    label: `layer ${index}: ${together}`,
    code: tileStageCode(width, weightKind(coded)),
    arrays: [
      afterBiases(tiles.bias, coded?.table ?? tiles.weights),
      tiles.starts,
      tiles.rows,
      ...codesOf(coded),
    ],
    numbers: {
      tiles: count,
      outputs: count * width,
      weightsAt: count * Math.max(1, width / 4),
      bounds: boundsOf(layer.activation),
    },
    shapeRows: undefined,
    dispatch: { axis: 1, slots: TILE_SLOTS, x: Math.ceil(count / z), z },
    outputRows: count * width,
    edges: layer.weights.values.length,
    strategies: [...width === 1 ? [] : ["reordering"], ...coded ? ["codebook"] : []],
    why: width === 1
      ? "outputs share too few inputs to be computed side by side or staged"
      : `a load of an input serves ${width} outputs: ${tiles.rows.length} loads for ` +
        `${layer.weights.values.length} connections`,
    work: {
      bytes: 4 * (layer.weights.cols + count * width),
      // A warp loads a weight once for all its slots, an input once for all outputs of a tile.
      onChipBytes: 4 * (tiles.rows.length + tiles.weights.length / TILE_SLOTS),
      operations: 2 * tiles.weights.length,
    },
  };
}

/** Storage buffers of a kernel that reads a codebook. */
const CODEBOOK_BUFFERS = 9;

function codebookOf(
  weights: Float32Array<ArrayBuffer>,
  wanted: boolean,
  limits: GpuLimits,
): Codebook | undefined {
  if (!wanted || limits.maxStorageBuffersPerShaderStage < CODEBOOK_BUFFERS) return undefined;
  return findCodebook(weights);
}

function codesOf(codebook: Codebook | undefined): StageArray[] {
  return codebook?.codes === undefined ? [] : [codebook.codes];
}

/** Biases first, so that one binding holds both. */
function afterBiases(
  biases: Float32Array,
  weights: Float32Array,
): Float32Array<ArrayBuffer> {
  const both = new Float32Array(biases.length + weights.length);
  both.set(biases);
  both.set(weights, biases.length);
  return both;
}

/** Uses of a staged row from which staging it is worth the two barriers. */
const STAGED_USES = 2;

/** One layer by staged, sliced ELL, or undefined where staged rows would be used too rarely. */
export function stagedStage(
  { layer, order, place }: PlacedLayer,
  index: number,
  limits: GpuLimits,
): StageDesign | undefined {
  if (limits.maxStorageBuffersPerShaderStage < STAGED_BUFFERS) return undefined;
  const { weights, bias, activation } = layer;
  const staging = chooseStaging(4, Infinity, weights.rows, limits);
  const staged = stagedEll(renumberColumns(weights, place), staging, order.outputs);
  const uses = weights.values.length / staged.map.length;
  if (!(uses >= STAGED_USES)) return undefined;
  const blocks = Math.ceil(weights.rows / staging.blockRows);
  if (blocks > limits.maxComputeWorkgroupsPerDimension) return undefined;
  const minibatch = 4 * staging.vectors;
  return {
    firstLayer: index,
    endLayer: index + 1,
    label: `layer ${index}: staged`,
    code: stagedStageCode(staging),
    arrays: stagedArrays(staged, bias, order.outputs),
    numbers: {
      tiles: blocks,
      outputs: weights.rows,
      weightsAt: staged.weights.length,
      bounds: boundsOf(activation),
    },
    shapeRows: weights.rows,
    dispatch: { axis: 1, slots: minibatch, x: blocks, z: 1 },
    outputRows: weights.rows,
    edges: weights.values.length,
    strategies: ["staging"],
    why: `a block of ${staging.blockRows} outputs uses each staged input ${uses.toFixed(1)} times`,
    work: {
      bytes: 4 * (staged.map.length + weights.rows),
      onChipBytes: 4 * staged.weights.length + 6 * staged.weights.length / minibatch,
      operations: 2 * staged.weights.length,
    },
  };
}

function stagedArrays(
  { blockStages, mapStarts, sliceStarts, map, slots, weights }: StagedEll,
  bias: Float32Array<ArrayBufferLike>,
  order: Uint32Array,
): StageArray[] {
  const plan = new Uint32Array(blockStages.length + mapStarts.length + sliceStarts.length);
  plan.set(blockStages);
  plan.set(mapStarts, blockStages.length);
  plan.set(sliceStarts, blockStages.length + mapStarts.length);
  const both = new Float32Array(weights.length + order.length);
  both.set(weights);
  order.forEach((output, at) => both[weights.length + at] = bias[output]);
  return [plan, map, new Uint32Array(slots.buffer), both];
}

/** A matrix with its columns renamed, rows ascending again. */
function renumberColumns(a: Csr, place: Uint32Array): Csr {
  if (place.every((to, column) => to === column)) return a;
  const colIndices = a.colIndices.map((column) => place[column]);
  const values = new Float32Array(a.values.length);
  for (let row = 0; row < a.rows; row++) {
    const [begin, end] = [a.rowOffsets[row], a.rowOffsets[row + 1]];
    const entries = Array.from({ length: end - begin }, (_, i) => begin + i);
    entries.sort((x, y) => colIndices[x] - colIndices[y]);
    entries.forEach((entry, i) => values[begin + i] = a.values[entry]);
    colIndices.subarray(begin, end).sort();
  }
  return { ...a, colIndices, values };
}

/** Bytes of workgroup memory that a fused kernel leaves to the compiler. */
const SPARE_BYTES = 64;

/** Tiles of a thread that still leave registers for their sums. */
const MOST_ROUNDS = 4;

/** How fused kernels fit a device. */
export interface FusedRoom {
  /** Rows of features that fit beside one another, for 4 or 8 inputs a workgroup. */
  readonly rows: (slots: number) => number;
  /** Outputs that a workgroup's threads can hold, by the width of tiles. */
  readonly outputs: (width: number) => number;
}

/** What a device's workgroups hold. */
export function fusedRoom(limits: GpuLimits): FusedRoom {
  const bytes = limits.maxComputeWorkgroupStorageSize - SPARE_BYTES;
  const threads = mostThreads(limits);
  return {
    rows: (slots) => Math.floor(bytes / (4 * slots)),
    outputs: (width) => threads * (width === 1 ? MOST_ROUNDS : MOST_ROUNDS / 2) * width,
  };
}

/** Layers in one kernel. */
export function fusedStage(
  placed: readonly PlacedLayer[],
  firstLayer: number,
  width: number,
  limits: GpuLimits,
  slots: number,
  codebook: boolean,
): StageDesign {
  const fused = fuseLayers(placed, width);
  const coded = codebookOf(fused.weights, codebook, limits);
  const config = { ...fusedConfig(fused, placed, limits, slots), weightKind: weightKind(coded) };
  const last = placed[placed.length - 1].layer;
  const outputRows = last.weights.rows;
  return {
    firstLayer,
    endLayer: firstLayer + placed.length,
    label: `layers ${firstLayer} to ${firstLayer + placed.length - 1}: fused`,
    code: fusedStageCode(config),
    arrays: [
      afterBiases(fused.biases, coded?.table ?? fused.weights),
      fused.tables,
      fused.lists,
      ...codesOf(coded),
    ],
    numbers: {
      tiles: placed[0].layer.weights.cols,
      outputs: outputRows,
      weightsAt: fused.biases.length / 4,
      bounds: boundsOf(last.activation),
    },
    shapeRows: undefined,
    dispatch: { axis: 0, slots: config.slots, x: 1, z: 1 },
    outputRows,
    edges: placed.reduce((sum, { layer }) => sum + layer.weights.values.length, 0),
    strategies: [
      "fusion",
      ...width === 1 ? [] : ["reordering"],
      ...coded ? ["codebook"] : [],
    ],
    why: `${config.slots} inputs stay in workgroup memory over ${placed.length} layers` +
      (width === 1 ? "" : `, ${width} outputs of equal support to a thread`),
    work: {
      bytes: 4 * (placed[0].layer.weights.cols + outputRows),
      onChipBytes: 4 * fused.weights.length * (1 / width + 1 / slots),
      operations: 2 * fused.weights.length,
    },
  };
}

function fusedConfig(
  { width, mostTiles, uniformLength }: FusedLayers,
  placed: readonly PlacedLayer[],
  limits: GpuLimits,
  slots: number,
): Omit<FusedConfig, "weightKind"> {
  const most = mostThreads(limits);
  const rounds = Math.max(1, Math.ceil(mostTiles / most));
  const threads = Math.max(32, Math.ceil(mostTiles / rounds / 32) * 32);
  const widest = placed.reduce(
    (rows, { layer: { weights } }) => Math.max(rows, weights.cols, weights.rows + weights.rows % 2),
    1,
  );
  return { width, slots, rows: widest, threads: Math.min(most, threads), rounds, uniformLength };
}

/** A stage of several layers needs their shapes only. */
export function featureRows({ weights }: NetworkLayer): number {
  return Math.max(weights.cols, weights.rows + weights.rows % 2);
}
