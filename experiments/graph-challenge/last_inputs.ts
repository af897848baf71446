import { denseFeatures, type GraphChallenge, loadGraphChallenge } from "@spmm/datasets";
import { type Dense, sliceRows } from "@spmm/formats";

/** The first layers of the network and the last of the inputs at hand. */
export interface LastInputs {
  /** The network; its survivors are those of the official ones that are among the inputs. */
  readonly network: GraphChallenge;
  /** Neurons × inputs. */
  readonly features: Dense;
}

/** Loads the network and the inputs of a run's points, once for points that share them. */
export function networkLoader(
  root: string,
): (layers: number, inputs: number) => Promise<LastInputs> {
  const whole = new Map<number, Promise<GraphChallenge>>();
  const parts = new Map<string, Promise<LastInputs>>();
  const once = <Key, Value>(kept: Map<Key, Promise<Value>>, key: Key, load: () => Promise<Value>) =>
    kept.get(key) ?? kept.set(key, load()).get(key) ?? load();
  return (layers, inputs) =>
    once(parts, `${layers} ${inputs}`, async () => {
      const network = await once(whole, layers, () => loadGraphChallenge(root, { layers }));
      return lastInputs(network, inputs);
    });
}

/**
 * The network with the last inputs only. An input passes through the layers by itself, so of a part
 * of the inputs exactly those survive that are official; they are counted from the part's first.
 */
export function lastInputs(whole: GraphChallenge, count: number): LastInputs {
  const { rows } = whole.inputs;
  const first = Math.max(0, rows - count);
  const inputs = sliceRows(whole.inputs, first, rows);
  const survivors = whole.survivors.filter((input) => input >= first)
    .map((input) => input - first);
  return { network: { ...whole, inputs, survivors }, features: denseFeatures(inputs) };
}
