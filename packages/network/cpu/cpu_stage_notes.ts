import type { StageNote } from "../inference.ts";
import type { Network } from "../network.ts";
import { type PlanOptions, withDefaults } from "../strategies.ts";
import type { CascadeSizes } from "./cascade_sizes.ts";
import { batchBytes, COLUMNS } from "./batch_layout.ts";
import type { LayerTiling } from "./layer_tiling.ts";

/** What the notes are made from. */
export interface StageFacts {
  readonly network: Network;
  readonly tilings: readonly LayerTiling[];
  /** Bytes of each layer as encoded. */
  readonly bytes: readonly number[];
  /** Layers after which dead inputs may be dropped; undefined for no pruning. */
  readonly dropFrom: number | undefined;
  readonly fused: boolean;
}

/** Neighbouring layers that run alike, together. */
export function stageNotes(facts: StageFacts): StageNote[] {
  const notes: StageNote[] = [];
  facts.network.layers.forEach((_, layer) => {
    const note = layerNote(facts, layer);
    const before = notes.at(-1);
    if (before?.why === note.why && sameStrategies(before, note)) {
      notes[notes.length - 1] = {
        ...before,
        endLayer: layer + 1,
        weightBytes: before.weightBytes + note.weightBytes,
      };
    } else notes.push(note);
  });
  return notes;
}

function sameStrategies(one: StageNote, other: StageNote): boolean {
  return one.strategies.join() === other.strategies.join();
}

function layerNote({ network, tilings, bytes, dropFrom, fused }: StageFacts, layer: number) {
  const { tiled } = tilings[layer];
  const { rows } = network.layers[layer].weights;
  const strategies = [
    ...fused ? ["fusion"] : [],
    ...dropFrom !== undefined && layer >= dropFrom ? ["pruning"] : [],
    ...tiled.length > 0 ? ["reordering"] : [],
  ];
  const supports = tiled.length > 0
    ? `${tiled.length} of ${rows} outputs stand in fours of equal support`
    : `no four of ${rows} outputs are taken together`;
  const batches = fused
    ? `${COLUMNS} inputs, ${batchBytes(network)} bytes, go from layer to layer before others do`
    : "all inputs go through a layer before the next";
  return {
    firstLayer: layer,
    endLayer: layer + 1,
    strategies,
    why: `${supports}; ${batches}`,
    weightBytes: bytes[layer],
  };
}

/** What the strategies that were asked for came to, a line each. */
export function strategyLines(
  { options, network, sizes, dropFrom, threads }: {
    readonly options: PlanOptions;
    readonly network: Network;
    readonly sizes: CascadeSizes;
    readonly dropFrom: number | undefined;
    readonly threads: number;
  },
): string[] {
  const { fusion, staging, codebook, deduplication, fixedPoints } = withDefaults(
    options.strategies,
  );
  const line = (on: boolean | undefined, words: string): string[] => on ? [words] : [];
  return [
    pruningLine(network, sizes, dropFrom, fusion),
    `${threads} threads take ${sizes.staged} inputs at once, ${COLUMNS} a batch; ` +
    `${sizes.bytes} bytes in all`,
    ...line(staging, "staging does not apply: caches bring features on chip by themselves"),
    ...line(codebook, "codebook does not apply: weights stream past 32 inputs and are no limit"),
    ...line(deduplication, "deduplication is not done on a CPU"),
    ...line(fixedPoints, "fixed points are not looked for on a CPU"),
  ];
}

function pruningLine(
  { layers }: Network,
  { repacks }: CascadeSizes,
  dropFrom: number | undefined,
  fused: boolean,
): string {
  if (dropFrom === undefined) return "pruning is switched off";
  if (dropFrom === layers.length) {
    return "pruning does not apply: a bias makes dead inputs live again in the last layer";
  }
  const since = dropFrom === 0 ? "from the inputs on" : `after ${dropFrom} layers or more`;
  const boundaries = fused ? `at ${repacks.length} boundaries` : "after every layer";
  return `pruning: dead inputs stay dead ${since}; batches are packed anew ${boundaries}`;
}
