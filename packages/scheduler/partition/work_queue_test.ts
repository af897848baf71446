import assert from "node:assert/strict";
import fc from "fast-check";
import { SchedulerError } from "../errors.ts";
import type { InputRange } from "../ranges.ts";
import type { Partition } from "./partition.ts";
import { workQueue } from "./work_queue.ts";

const PARTITIONS: readonly Partition[] = [
  { kind: "static" },
  { kind: "weighted" },
  { kind: "weighted", speeds: [5, 1, 2.5] },
  { kind: "dynamic" },
  { kind: "dynamic", smallest: 7 },
];

/** Lets workers take, finish, fail and leave by the numbers in `events` until all is done. */
function exhaust(partition: Partition, inputs: number, events: readonly number[]): number[] {
  const queue = workQueue([{ first: 0, end: inputs }], 3, partition);
  const taken: (InputRange | undefined)[] = [undefined, undefined, undefined];
  const here = [true, true, true];
  const done: number[] = [];
  const finish = (worker: number, range: InputRange): void => {
    for (let input = range.first; input < range.end; input++) done.push(input);
    queue.finished(worker, range, 0.001 * (worker + 1) * (range.end - range.first));
  };
  for (let step = 0; done.length < inputs; step++) {
    assert.ok(step < 10_000, "somebody must have something to do");
    const worker = step % 3;
    if (!here[worker]) continue;
    const range = taken[worker];
    const event = events[step] ?? 0;
    if (range !== undefined && event === 1) queue.giveBack(range);
    else if (range !== undefined) finish(worker, range);
    if (event === 2 && here.filter(Boolean).length > 1) {
      here[worker] = false;
      taken[worker] = undefined;
      queue.retire(worker);
    } else taken[worker] = queue.take(worker, 13 + worker);
    const next = taken[worker];
    assert.ok(next === undefined || next.end - next.first <= 13 + worker);
  }
  assert.equal(queue.left, 0);
  return done.sort((a, b) => a - b);
}

for (const partition of PARTITIONS) {
  Deno.test(`every input is done once, whoever fails or leaves: ${JSON.stringify(partition)}`, () => {
    const events = fc.array(fc.nat(2), { maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(300), events, (inputs, all) => {
        const expected = Array.from({ length: inputs }, (_, input) => input);
        assert.deepEqual(exhaust(partition, inputs, all), expected);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
}

Deno.test("a static partition gives each worker one part, however fast it is", () => {
  const queue = workQueue([{ first: 0, end: 10 }], 3, { kind: "static" });
  const taken = [2, 0, 1].map((worker) => queue.take(worker, 100));
  assert.deepEqual(taken, [{ first: 7, end: 10 }, { first: 0, end: 4 }, { first: 4, end: 7 }]);
  assert.equal(queue.take(2, 100), undefined);
});

Deno.test("measured speeds share out what the probes leave", () => {
  const queue = workQueue([{ first: 0, end: 320 }], 2, { kind: "weighted", probe: 1 / 16 });
  const probes = [0, 1].map((worker) => queue.take(worker, 1000));
  assert.deepEqual(probes, [{ first: 0, end: 10 }, { first: 10, end: 20 }]);
  queue.finished(0, { first: 0, end: 10 }, 1);
  assert.equal(queue.take(0, 1000), undefined, "it waits for the other's measurement");
  queue.finished(1, { first: 10, end: 20 }, 2);
  assert.deepEqual(queue.take(1, 1000), { first: 220, end: 320 });
  assert.deepEqual(queue.take(0, 1000), { first: 20, end: 220 });
});

Deno.test("a dynamic queue gives a faster worker larger chunks once it knows", () => {
  const queue = workQueue([{ first: 0, end: 1000 }], 2, { kind: "dynamic" });
  const size = (worker: number): number => {
    const range = queue.take(worker, 1000);
    if (range === undefined) return 0;
    queue.finished(worker, range, (range.end - range.first) * (worker === 0 ? 1 : 3));
    return range.end - range.first;
  };
  assert.equal(size(0), 63, "a quarter of a chunk, until its speed is known");
  size(1);
  assert.ok(size(0) > 2 * size(1));
});

Deno.test("speeds that do not fit the workers are refused", () => {
  const partition: Partition = { kind: "weighted", speeds: [1, 2] };
  assert.throws(() => workQueue([], 3, partition), SchedulerError);
});
