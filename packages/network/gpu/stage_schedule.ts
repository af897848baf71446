/** What decides where stages end. */
export interface ScheduleFacts {
  /** Connections of each layer. */
  readonly edges: readonly number[];
  /** Whether a layer may share a kernel with its neighbours. */
  readonly fusable: readonly boolean[];
  /** Layers after which dead inputs may be dropped. */
  readonly pruneFrom: number;
  /** Inputs that are expected at once. */
  readonly inputs: number;
  /** The most connections of a stage. */
  readonly mostEdges: number;
}

/**
 * Layers in which most inputs die that die at all: of the challenge's, nine tenths in the first
 * eight (Hidayetoğlu et al., fig. 7, and the same at all four sizes).
 */
const SETTLING = 8;
/** Seconds that ending a stage costs: two dispatches, one of them indirect. Seen on an H200. */
const BOUNDARY_SECONDS = 15e-6;
/** Connections a second that a stage executes there; only the product of the two matters. */
const EDGES_PER_SECOND = 9e12;

/**
 * Layers per stage. Ending a stage lets dead inputs be dropped, and costs a boundary: while inputs
 * die fast, a stage is as short as its work is worth a boundary; afterwards stages double in length,
 * so that all further boundaries together cost no more than a few.
 *
 * @returns The lengths, which add up to the number of layers.
 */
export function stageLengths(facts: ScheduleFacts): number[] {
  const layers = facts.edges.length;
  const lengths: number[] = [];
  for (let first = 0; first < layers;) {
    const length = stageLength(facts, first);
    lengths.push(length);
    first += length;
  }
  return lengths;
}

function stageLength(facts: ScheduleFacts, first: number): number {
  const { edges, fusable, mostEdges } = facts;
  if (!fusable[first]) return 1;
  const end = Math.min(edges.length, first + wantedLength(facts, first));
  let [length, sum] = [1, edges[first]];
  while (first + length < end && fusable[first + length]) {
    sum += edges[first + length];
    if (sum > mostEdges) break;
    length += 1;
  }
  return length;
}

function wantedLength({ edges, pruneFrom, inputs }: ScheduleFacts, first: number): number {
  if (first < pruneFrom) return pruneFrom - first;
  const since = first - pruneFrom;
  if (since >= SETTLING) return since;
  const seconds = inputs * edges[first] / EDGES_PER_SECOND;
  return Math.max(1, Math.min(SETTLING, Math.ceil(BOUNDARY_SECONDS / seconds)));
}
