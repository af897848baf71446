import assert from "node:assert/strict";
import fc from "fast-check";
import { type ScheduleFacts, stageLengths } from "./stage_schedule.ts";

/** Layers of the challenge's 1024 neurons, for all of its inputs. */
function challenge(layers: number, facts: Partial<ScheduleFacts> = {}): ScheduleFacts {
  return {
    edges: new Array<number>(layers).fill(32 * 1024),
    fusable: new Array<boolean>(layers).fill(true),
    pruneFrom: 0,
    inputs: 60_000,
    mostEdges: Infinity,
    ...facts,
  };
}

const schedules = fc.array(fc.record({ edges: fc.nat(1e6), fusable: fc.boolean() }), {
  minLength: 1,
  maxLength: 80,
}).chain((layers) =>
  fc.record({
    edges: fc.constant(layers.map(({ edges }) => edges)),
    fusable: fc.constant(layers.map(({ fusable }) => fusable)),
    pruneFrom: fc.nat(layers.length),
    inputs: fc.integer({ min: 1, max: 100_000 }),
    mostEdges: fc.constantFrom(0, 1e5, 3e6, Infinity),
  })
);

Deno.test("stages take every layer once; only small ones that may share a kernel do", () => {
  fc.assert(
    fc.property(schedules, (facts) => {
      const lengths = stageLengths(facts);
      assert.equal(lengths.reduce((sum, length) => sum + length, 0), facts.edges.length);
      let first = 0;
      for (const length of lengths) {
        assert.ok(length >= 1);
        if (length > 1) {
          assert.ok(facts.fusable.slice(first, first + length).every(Boolean));
          const edges = facts.edges.slice(first, first + length).reduce((sum, n) => sum + n, 0);
          assert.ok(edges <= facts.mostEdges);
        }
        first += length;
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("while inputs die fast, stages are short; then they double", () => {
  const lengths = stageLengths(challenge(1920));
  const firsts = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, n) => sum + n, 0));
  const settled = firsts.findIndex((first) => first >= 8);
  assert.deepEqual(lengths.slice(0, settled), new Array(settled).fill(1));
  lengths.slice(settled, -1).forEach((length, i) => assert.equal(length, firsts[settled + i]));
  assert.ok(lengths.length < 20);
});

Deno.test("few inputs are not worth a boundary", () => {
  const many = stageLengths(challenge(120));
  const few = stageLengths(challenge(120, { inputs: 50 }));
  assert.ok(few[0] > many[0]);
  assert.ok(few.length < many.length);
});

Deno.test("where no input may be dropped, all layers are one stage, up to the most connections", () => {
  assert.deepEqual(stageLengths(challenge(120, { pruneFrom: 120 })), [120]);
  const mostEdges = 50 * 32 * 1024;
  assert.deepEqual(stageLengths(challenge(120, { pruneFrom: 120, mostEdges })), [50, 50, 20]);
});

Deno.test("a stage ends where dead inputs may first be dropped", () => {
  const [first] = stageLengths(challenge(120, { pruneFrom: 37 }));
  assert.equal(first, 37);
});

Deno.test("layers without connections are no work and share a stage", () => {
  const [first] = stageLengths(challenge(20, { edges: new Array<number>(20).fill(0) }));
  assert.ok(first > 1);
});
