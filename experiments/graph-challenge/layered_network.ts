import type { GraphChallenge } from "@spmm/datasets";
import type { Dense } from "@spmm/formats";
import {
  chained,
  type Contender,
  contenderOf,
  fetchMatrix,
  place,
  placeUnwritten,
} from "@spmm/runner";
import type { DenseMatrix, Device, SpmmKernel, SpmmPlan, SpmmProblem } from "@spmm/spmm";

/** A network planned layer by layer with one kernel, and its features on the device. */
export interface LayeredNetwork extends AsyncDisposable {
  /** Runs all layers: on a GPU as one recording. */
  readonly contender: Contender;
  /** The features after the last layer of the latest run, neurons × inputs. */
  result(): Promise<Dense>;
  /** Seconds to inspect all layers. */
  readonly inspectSeconds: number;
  /** Bytes of all encodings. */
  readonly bytes: number;
  /** The kernels that run, with how many layers each has. */
  readonly ran: ReadonlyMap<string, number>;
}

/**
 * The product of a layer: Y' = clip(Wᵀ·Y + bias), a column of Y for each input. The files hold W
 * with a row for each input neuron, so the product is the transposed one: row-based kernels turn W
 * around while they inspect, CSB multiplies by Wᵀ from the encoding of W.
 */
export function layerProblem(
  { layers, bias, ceiling, neurons }: GraphChallenge,
  layer: number,
  n: number,
): SpmmProblem {
  return {
    a: layers[layer],
    n,
    transpose: true,
    epilogue: {
      bias: new Float32Array(neurons).fill(bias),
      activation: { kind: "clipped-relu", ceiling },
    },
  };
}

/**
 * Plans every layer and lays out the features: the inputs, which stay, and two matrices that the
 * layers write in turn.
 *
 * @param kernel The kernel of every layer.
 * @param device Where to run.
 * @param network The network.
 * @param features Neurons × inputs.
 */
export async function planNetwork(
  kernel: SpmmKernel,
  device: Device,
  network: GraphChallenge,
  features: Dense,
): Promise<LayeredNetwork> {
  await using planning = new AsyncDisposableStack();
  const plans: SpmmPlan[] = [];
  for (let layer = 0; layer < network.layers.length; layer++) {
    const problem = layerProblem(network, layer, features.cols);
    plans.push(planning.use(await kernel.plan(problem, device)));
  }
  const inputs = planning.use(await place(device, features, "f32")).matrix;
  const { rows, cols } = features;
  const even = planning.use(await placeUnwritten(device, rows, cols, "f32")).matrix;
  const odd = planning.use(await placeUnwritten(device, rows, cols, "f32")).matrix;
  const written = (layer: number): DenseMatrix => layer % 2 === 0 ? even : odd;
  const steps = plans.map((plan, layer) =>
    contenderOf(plan, layer === 0 ? inputs : written(layer - 1), written(layer))
  );
  const kept = planning.move();
  return {
    contender: chained(steps),
    result: async () => (await fetchMatrix(written(plans.length - 1))).host,
    inspectSeconds: plans.reduce((sum, plan) => sum + plan.inspectSeconds, 0),
    bytes: plans.reduce((sum, plan) => sum + plan.bytes, 0),
    ran: counts(plans.map((plan) => plan.kernel)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function counts(names: readonly string[]): Map<string, number> {
  const groups = Map.groupBy(names, (name) => name);
  return new Map(Array.from(groups, ([name, { length }]) => [name, length]));
}
