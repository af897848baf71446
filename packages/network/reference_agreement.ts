import { MismatchError } from "@spmm/spmm";
import type { Inference } from "./inference.ts";
import type { ReferenceInference } from "./reference_inference.ts";

/** How well an inference that passed agrees with the reference. */
export interface InferenceAgreement {
  /** Inputs that rounding lets survive or not, and that fell the other way than in f64. */
  readonly turned: readonly number[];
  /** The largest difference of an output that is not zero, in parts of its bound; 0 to 1. */
  readonly worst: number;
}

/**
 * Checks what an engine made of inputs against the reference: the same survivors, but for those that
 * rounding in f32 may turn; outputs, where they were brought back, within their bounds; and as many
 * alive wherever the engine looked.
 *
 * @param actual What the engine found.
 * @param expected {@linkcode referenceInference} of the same network and inputs.
 * @throws {MismatchError} If they disagree, naming input, neuron and values.
 *
 * @example An inference that lost an input
 * ```ts
 * import { checkInference, type Inference, referenceInference } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import { MismatchError } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const weights = csrFromDense(dense(1, 1, new Float32Array([2])));
 * const layers = [{ weights, bias: new Float32Array([-1]) }];
 * const inputs = csrFromDense(dense(1, 1, new Float32Array([3])));
 * const expected = referenceInference({ name: "one weight", layers }, inputs);
 * const actual: Inference = {
 *   inputs: 1,
 *   survivors: new Uint32Array(0),
 *   alive: [],
 *   seconds: { upload: 0, compute: 0, readback: 0, total: 0 },
 *   edges: { counted: 1, executed: 1 },
 * };
 * assert.throws(() => checkInference(actual, expected), MismatchError);
 * ```
 */
export function checkInference(
  actual: Inference,
  expected: ReferenceInference,
): InferenceAgreement {
  if (actual.inputs !== expected.inputs) {
    throw mismatch(`there must be ${expected.inputs} inputs`, actual.inputs);
  }
  checkAlive(actual, expected);
  return { turned: checkSurvivors(actual, expected), worst: checkOutputs(actual, expected) };
}

function checkAlive({ alive }: Inference, expected: ReferenceInference): void {
  for (const { layers, inputs } of alive) {
    const wanted = expected.alive[layers];
    const slack = expected.doubtful[layers];
    if (!(Math.abs(inputs - wanted) <= slack)) {
      throw mismatch(`${wanted} ± ${slack} inputs must be alive after ${layers} layers`, inputs);
    }
  }
}

function checkSurvivors({ survivors }: Inference, expected: ReferenceInference): number[] {
  survivors.forEach((input, i) => {
    if (input < expected.inputs && (i === 0 || survivors[i - 1] < input)) return;
    throw mismatch(`survivors must be inputs in ascending order`, input);
  });
  const actual = new Set(survivors);
  const wanted = new Set(expected.survivors);
  const uncertain = new Set(expected.uncertain);
  const turned = [...actual.symmetricDifference(wanted)].sort((a, b) => a - b);
  const wrong = turned.find((input) => !uncertain.has(input));
  if (wrong === undefined) return turned;
  const rule = wanted.has(wrong) ? "must survive" : "must not survive";
  throw mismatch(`input ${wrong} ${rule}`, actual.has(wrong) ? "a survivor" : "none");
}

function checkOutputs({ survivors, outputs }: Inference, expected: ReferenceInference): number {
  if (outputs === undefined) return 0;
  const { neurons } = expected;
  if (outputs.rows !== neurons || outputs.cols !== survivors.length) {
    const shape = `outputs must be ${neurons}x${survivors.length}`;
    throw mismatch(shape, `${outputs.rows}x${outputs.cols}`);
  }
  let worst = 0;
  survivors.forEach((input, column) => {
    for (let neuron = 0; neuron < neurons; neuron++) {
      const found = outputs.data[neuron * survivors.length + column];
      const wanted = expected.outputs[input * neurons + neuron];
      const bound = expected.bound[input * neurons + neuron];
      const off = Math.abs(found - wanted);
      if (!(off <= bound)) {
        throw mismatch(`output ${neuron} of input ${input} must be ${wanted} ± ${bound}`, found);
      }
      if (off > 0) worst = Math.max(worst, off / bound);
    }
  });
  return worst;
}

function mismatch(rule: string, received: number | string): MismatchError {
  return new MismatchError(`Cannot accept the inference: ${rule}: received ${received}`);
}
