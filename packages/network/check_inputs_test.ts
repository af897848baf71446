import { type Csr, csrFromDense, dense } from "@spmm/formats";
import assert from "node:assert/strict";
import { NetworkError } from "./errors.ts";
import { checkInputs } from "./check_inputs.ts";

const weights = csrFromDense(dense(1, 3, new Float32Array([1, 2, 3])));
const network = { name: "three inputs", layers: [{ weights, bias: new Float32Array(1) }] };
const inputs = csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 3, 0])));

Deno.test("right inputs pass, and none at all", () => {
  checkInputs(network, inputs);
  checkInputs(network, csrFromDense(dense(0, 3)));
  checkInputs(network, csrFromDense(dense(2, 3)));
});

Deno.test("whatever would lead out of a buffer is refused", () => {
  const wrong: readonly [Partial<Csr>, RegExp][] = [
    [{ cols: 4 }, /must have 3 columns: received 4/],
    [{ rows: 3 }, /need 4 offsets: received 3/],
    [{ rowOffsets: new Uint32Array([1, 2, 3]) }, /first offset must be 0: received 1/],
    [{ rowOffsets: new Uint32Array([0, 3, 2]) }, /after input 1 must not fall: received 2/],
    [{ rowOffsets: new Uint32Array([0, 2, 4]) }, /must be 4 columns and values: received 3/],
    [{ rowOffsets: new Uint32Array([0, 4, 4]) }, /input 0 must have at most 3 entries: received 4/],
    [{ colIndices: new Uint32Array(2) }, /must be 3 columns and values/],
    [{ colIndices: new Uint32Array([0, 3, 1]) }, /below 3: received 3/],
  ];
  for (const [change, words] of wrong) {
    assert.throws(() => checkInputs(network, { ...inputs, ...change }), (error) => {
      assert.ok(error instanceof NetworkError);
      assert.match(error.message, words);
      return true;
    });
  }
});
