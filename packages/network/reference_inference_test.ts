import { csrFromDense, dense, randomCsr } from "@spmm/formats";
import { MismatchError } from "@spmm/spmm";
import assert from "node:assert/strict";
import { NetworkError } from "./errors.ts";
import type { Inference } from "./inference.ts";
import type { Network } from "./network.ts";
import { checkInference } from "./reference_agreement.ts";
import { type ReferenceInference, referenceInference } from "./reference_inference.ts";
import { randomNetwork } from "./reference_networks.ts";

Deno.test("a neuron that is surely clipped or surely silent is exact", () => {
  const expected = referenceInference(oneLayer([0.1, -0.1], -0.3, 2), inputsOf([30, 0.5]));
  assert.deepEqual([...expected.outputs], [2, 0]);
  assert.deepEqual([...expected.bound], [0, 0]);
  assert.deepEqual([...expected.survivors], [0]);
  assert.deepEqual([...expected.uncertain], []);
});

Deno.test("an activation within rounding of zero makes its input uncertain", () => {
  const bias = Math.fround(-0.3);
  const expected = referenceInference(oneLayer([1], bias, 2), inputsOf([-bias]));
  assert.deepEqual([...expected.survivors], []);
  assert.deepEqual([...expected.uncertain], [0]);
  assert.deepEqual([...expected.doubtful], [0, 1]);
  const turned = checkInference(found(expected, { survivors: new Uint32Array([0]) }), expected);
  assert.deepEqual(turned.turned, [0]);
});

Deno.test("a bound holds what plain f32 makes of many layers, and not much more", () => {
  const network = randomNetwork({
    widths: [20, 30, 30, 10],
    density: 0.4,
    alike: 3,
    bias: "mixed",
    activation: { kind: "relu" },
    lastLinear: true,
    seed: 4,
  });
  const expected = referenceInference(
    network,
    randomCsr({ rows: 50, cols: 20, density: 0.5, seed: 3 }),
  );
  const largest = expected.outputs.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  const widest = expected.bound.reduce((most, bound) => Math.max(most, bound), 0);
  assert.ok(widest > 2 ** -24 * largest && widest < 2 ** -10 * largest);
});

Deno.test("dropping the dead changes nothing", () => {
  const options = { density: 0.2, alike: 4, lastLinear: false, seed: 9 } as const;
  const widths = [32, 32, 32, 32, 32];
  const activation = { kind: "relu" } as const;
  const network = randomNetwork({ ...options, widths, activation, bias: "negative" });
  const inputs = randomCsr({ rows: 200, cols: 32, density: 0.1, seed: 3 });
  const dropped = referenceInference(network, inputs);
  // A last layer that repeats each number and adds a bias of 1 to one more keeps every input.
  const identity = csrFromDense(
    dense(33, 32, Float32Array.from({ length: 33 * 32 }, (_, i) => i % 33 === 0 ? 1 : 0)),
  );
  const bias = new Float32Array(33).fill(1, 32);
  const layers = [...network.layers, { weights: identity, bias }];
  const kept = referenceInference({ name: "kept", layers }, inputs);
  assert.ok(dropped.survivors.length > 0 && dropped.survivors.length < 200);
  assert.deepEqual(kept.alive.slice(0, 5), dropped.alive);
});

Deno.test("an inference that differs is refused, and told where", () => {
  const expected = referenceInference(oneLayer([1], 0, 9), inputsOf([3], [0], [2]));
  checkInference(found(expected), expected);
  const wrong: readonly [Partial<Inference>, RegExp][] = [
    [{ inputs: 2 }, /3 inputs/],
    [{ survivors: new Uint32Array([0, 1, 2]) }, /input 1 must not survive/],
    [{ survivors: new Uint32Array([2]) }, /input 0 must survive/],
    [{ survivors: new Uint32Array([2, 0]) }, /ascending/],
    [{ alive: [{ layers: 1, inputs: 3 }] }, /2 ± 0 inputs must be alive after 1/],
    [{ outputs: dense(1, 2, new Float32Array([3, 2.001])) }, /output 0 of input 2/],
    [{ outputs: dense(2, 1) }, /1x2/],
  ];
  for (const [change, words] of wrong) {
    assert.throws(() => checkInference(found(expected, change), expected), (error) => {
      assert.ok(error instanceof MismatchError);
      assert.match(error.message, words);
      return true;
    });
  }
});

Deno.test("inputs of another width are refused", () => {
  assert.throws(() => referenceInference(oneLayer([1, 1], 0, 9), inputsOf([3])), NetworkError);
});

function oneLayer(weights: number[], bias: number, ceiling: number): Network {
  const rows = weights.map((_, row) => weights.map((w, col) => row === col ? w : 0));
  const size = weights.length;
  const activation = { kind: "clipped-relu", ceiling } as const;
  return {
    name: "one layer",
    layers: [{
      weights: csrFromDense(dense(size, size, Float32Array.from(rows.flat()))),
      bias: new Float32Array(size).fill(bias),
      activation,
    }],
  };
}

function inputsOf(...rows: number[][]) {
  return csrFromDense(dense(rows.length, rows[0].length, Float32Array.from(rows.flat())));
}

/** What an engine that agrees exactly would say, but for some changes. */
function found(expected: ReferenceInference, change: Partial<Inference> = {}): Inference {
  const { inputs, survivors, alive } = expected;
  return {
    inputs,
    survivors,
    alive: [...alive].map((count, layers) => ({ layers, inputs: count })),
    seconds: { upload: 0, compute: 0, readback: 0, total: 0 },
    edges: { counted: 0, executed: 0 },
    ...change,
  };
}
