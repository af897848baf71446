import type { GpuLimits } from "@spmm/webgpu";
import { equalSupports } from "../equal_supports.ts";
import type { Network, NetworkLayer } from "../network.ts";
import type { Strategies } from "../strategies.ts";
import type { PlacedLayer } from "./fused_layers.ts";
import { givenOrder, type OutputOrder, supportOrder, tiledRows } from "./layer_tiles.ts";
import { stageLengths } from "./stage_schedule.ts";
import {
  bytesOfArrays,
  featureRows,
  fusedRoom,
  fusedStage,
  type StageDesign,
  stagedStage,
  tileStage,
} from "./stage_design.ts";

/** What stages are designed for. */
export interface StageWishes {
  readonly strategies: Required<Pick<Strategies, "fusion" | "staging" | "reordering" | "codebook">>;
  /** Layers after which dead inputs may be dropped; the number of layers where never. */
  readonly pruneFrom: number;
  /** Inputs that are expected at once. */
  readonly inputs: number;
  /** The most bytes of a stage's weights. */
  readonly mostBytes: number;
}

/** Stages from the first layer to the last. */
export interface NetworkDesign {
  readonly stages: readonly StageDesign[];
  /** Rows of the largest features between stages. */
  readonly featureRows: number;
  /** Where each output of the network is stored after the last stage. */
  readonly outputPlace: Uint32Array;
  /** Layers in which outputs of equal support were found. */
  readonly reordered: number;
}

/** What one layer's structure offers. */
interface LayerFacts {
  readonly layer: NetworkLayer;
  readonly order: OutputOrder;
  /** Outputs side by side that a layer kernel takes. */
  readonly tileWidth: number;
  /** Outputs side by side that a fused kernel takes: 1 or 2. */
  readonly fusedWidth: number;
}

/**
 * Cuts a network into stages and chooses each one's kernel; looks at structure only, never at
 * values.
 */
export function designStages(
  { layers }: Network,
  limits: GpuLimits,
  wishes: StageWishes,
): NetworkDesign {
  const facts = layers.map((layer) => layerFacts(layer, wishes.strategies.reordering));
  const placed = placeLayers(facts);
  const room = fusedRoom(limits);
  const fits = ({ layer, fusedWidth }: LayerFacts, slots: number): boolean =>
    wishes.strategies.fusion && featureRows(layer) <= room.rows(slots) &&
    layer.weights.rows <= room.outputs(fusedWidth);
  const designRun = (first: number, length: number): StageDesign[] => {
    const run = facts.slice(first, first + length);
    const alone = length === 1 ? layerStage(placed[first], first, run[0], limits, wishes) : null;
    if (alone && (run[0].tileWidth >= WIDE_ENOUGH || !fits(run[0], FEW_SLOTS))) return [alone];
    const width = run.every(({ fusedWidth }) => fusedWidth === 2) ? 2 : 1;
    const part = placed.slice(first, first + length);
    const slots = run.every((fact) => fits(fact, MANY_SLOTS)) ? MANY_SLOTS : FEW_SLOTS;
    const fused = fusedStage(part, first, width, limits, slots, wishes.strategies.codebook);
    if (spaceOf(fused, limits) <= wishes.mostBytes) return [fused];
    // Rows of unequal lengths were padded to more than was reckoned with.
    if (alone) return [alone];
    const half = Math.ceil(length / 2);
    return [...designRun(first, half), ...designRun(first + half, length - half)];
  };
  const stages: StageDesign[] = [];
  const lengths = stageLengths({
    edges: layers.map(({ weights }) => weights.values.length),
    fusable: facts.map((fact) => fits(fact, FEW_SLOTS)),
    pruneFrom: wishes.pruneFrom,
    inputs: wishes.inputs,
    mostEdges: wishes.mostBytes / FUSED_BYTES,
  });
  let first = 0;
  for (const length of lengths) {
    stages.push(...designRun(first, length));
    first += length;
  }
  return {
    stages,
    featureRows: stages.reduce(
      (rows, { outputRows }) => Math.max(rows, outputRows),
      layers[0].weights.cols,
    ),
    outputPlace: inverse(facts[facts.length - 1].order.outputs),
    reordered: facts.filter(({ tileWidth }) => tileWidth > 1).length,
  };
}

/** Inputs of a workgroup of a fused kernel, where they fit, and where they do not. */
const MANY_SLOTS = 8;
const FEW_SLOTS = 4;
/** Bytes of an encoded connection in a fused kernel, lists and some padding included. */
const FUSED_BYTES = 6;
/** From this width on a layer kernel beats a fused kernel of one layer. */
const WIDE_ENOUGH = 4;

/** Bytes of a stage's weights on the device, where each array begins at a binding's alignment. */
function spaceOf({ arrays }: StageDesign, limits: GpuLimits): number {
  return bytesOfArrays(arrays) + arrays.length * limits.minStorageBufferOffsetAlignment;
}

function layerStage(
  placed: PlacedLayer,
  index: number,
  { tileWidth }: LayerFacts,
  limits: GpuLimits,
  { strategies }: StageWishes,
): StageDesign {
  const staged = tileWidth === 1 && strategies.staging
    ? stagedStage(placed, index, limits)
    : undefined;
  return staged ?? tileStage(placed, index, tileWidth, limits, strategies.codebook);
}

function layerFacts(layer: NetworkLayer, reordering: boolean): LayerFacts {
  const { weights } = layer;
  if (!reordering) {
    return { layer, order: givenOrder(weights.rows), tileWidth: 1, fusedWidth: 1 };
  }
  const supports = equalSupports(weights);
  const order = supportOrder(supports);
  // Without any two equal supports, tiles would be padded: rows stand alone.
  if (supports.groupOffsets.length - 1 === weights.rows) {
    return { layer, order, tileWidth: 1, fusedWidth: 1 };
  }
  const rowsOf = new Map(WIDTHS.map((width) => [width, tiledRows(weights, order, width)]));
  const tileWidth = cheapest(rowsOf, tileCost);
  const fusedWidth = cheapest(rowsOf, fusedCost);
  return { layer, order, tileWidth, fusedWidth };
}

const WIDTHS = [16, 8, 4, 2, 1];

/**
 * Issue slots of a warp for a row of a tile: a load for each of four slots, the weights' loads, and
 * a multiply-add per output and slot.
 */
function tileCost(width: number): number {
  return 4 + 0.4 * width + width;
}

/** The same for a fused kernel: two loads from workgroup memory, one of weights, eight slots. */
function fusedCost(width: number): number {
  return width > 2 ? Infinity : 8 + width;
}

/** The width whose tiles cost least, by the rows that they read. */
function cheapest(rowsOf: ReadonlyMap<number, number>, cost: (width: number) => number): number {
  const costs = WIDTHS.map((width) => ({ width, cost: (rowsOf.get(width) ?? 0) * cost(width) }));
  return costs.reduce((best, next) => next.cost < best.cost ? next : best).width;
}

/** Each layer reads what the one before it stored, where it stored it. */
function placeLayers(facts: readonly LayerFacts[]): PlacedLayer[] {
  let place = new Uint32Array(facts[0].layer.weights.cols).map((_, column) => column);
  return facts.map(({ layer, order }) => {
    const placed = { layer, order, place };
    place = inverse(order.outputs);
    return placed;
  });
}

function inverse(order: Uint32Array): Uint32Array<ArrayBuffer> {
  const place = new Uint32Array(order.length);
  order.forEach((output, at) => place[output] = at);
  return place;
}
