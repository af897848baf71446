import { parseNetworkSource } from "@spmm/network";
import assert from "node:assert/strict";
import { type Subject, subjectLoader } from "./loaded.ts";

async function subject(weights: Subject["weights"]): Promise<Subject> {
  const source = await parseNetworkSource("radix:1024x2");
  const found = { source, official: false };
  return { network: "1024x2", found, weights, inputs: "mnist:4100", last: 4099 };
}

Deno.test("inputs come in as few even parts as chunks take, from the first that is taken", async () => {
  const { open, first, parts } = await subjectLoader()(await subject("equal"));
  assert.deepEqual([open.count, first], [4100, 1]);
  const all = await parts(60_000);
  assert.deepEqual(all.map(({ rows }) => rows), [4099]);
  const even = await parts(4096);
  assert.deepEqual(even.map(({ rows }) => rows), [2050, 2049]);
  assert.deepEqual(
    even.flatMap(({ colIndices }) => [...colIndices]),
    [...all[0].colIndices],
  );
  const [last] = await Array.fromAsync(open.chunks(4099));
  assert.deepEqual(all[0].colIndices.subarray(-last.colIndices.length), last.colIndices);
  assert.equal(all[0].rowOffsets[4099], all[0].colIndices.length);
});

Deno.test("arbitrary weights are near what they were, in the same places, and not alike", async () => {
  const load = subjectLoader();
  const [equal, arbitrary] = [
    await load(await subject("equal")),
    await load(await subject("arbitrary")),
  ];
  for (const [l, { weights }] of arbitrary.network.layers.entries()) {
    assert.equal(weights.colIndices, equal.network.layers[l].weights.colIndices);
    assert.ok(weights.values.every((value) => Math.abs(16 * value - 1) <= 0.0101));
    assert.ok(new Set(weights.values).size > 0.9 * weights.values.length);
  }
  const [one, other] = arbitrary.network.layers;
  assert.notDeepEqual(one.weights.values.slice(0, 9), other.weights.values.slice(0, 9));
});
