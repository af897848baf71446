import { hostDevice } from "@spmm/spmm";
import assert from "node:assert/strict";
import { sampleInTurn } from "./sampling.ts";
import { allOf, anyOf, relativeSpread, type StoppingRule, timeLimit } from "./stopping_rule.ts";

const STEADY = [10, 10.1, 9.9, 10, 10];
const WILD = [10, 14, 7, 12, 5];

Deno.test("a spread is not known of few samples, however steady", () => {
  assert.ok(!relativeSpread(0.5).done([1, 1, 1, 1], 100));
  assert.ok(relativeSpread(0.02).done(STEADY, 0));
  assert.ok(!relativeSpread(0.02).done(WILD, 100));
});

Deno.test("rules are combined as their names say", () => {
  const [spread, time] = [relativeSpread(0.02), timeLimit(1)];
  const said = [[WILD, 0], [WILD, 2], [STEADY, 0], [STEADY, 2]] as const;
  const ask = (rule: StoppingRule) => said.map(([samples, spent]) => rule.done(samples, spent));
  assert.deepEqual(ask(anyOf(spread, time)), [false, true, true, true]);
  assert.deepEqual(ask(allOf(spread, time)), [false, false, false, true]);
});

const OPTIONS = { samples: 4, warmSeconds: 0, sampleSeconds: 0 };

Deno.test("all contenders go on until the rule is content with each", async () => {
  const asked: number[] = [];
  let content = 0;
  const stop = {
    done(samples: readonly number[]) {
      asked.push(samples.length);
      return ++content > 3;
    },
  };
  const contenders = [{ run: () => {} }, { run: () => {} }];
  const sampled = await sampleInTurn(hostDevice, contenders, { ...OPTIONS, stop });
  assert.deepEqual(sampled.map(({ seconds }) => seconds.length), [34, 34]);
  assert.deepEqual(asked, [4, 14, 24, 34, 34]);
});

Deno.test("a rule that is never content ends all the same, and one that is asks no more", async () => {
  const never = { done: () => false };
  const [endless] = await sampleInTurn(hostDevice, [{ run: () => {} }], {
    ...OPTIONS,
    stop: never,
  });
  assert.ok(endless.seconds.length >= 1000 && endless.seconds.length <= 1010);
  const stop = anyOf(timeLimit(0));
  const [short] = await sampleInTurn(hostDevice, [{ run: () => {} }], { ...OPTIONS, stop });
  assert.equal(short.seconds.length, 4);
});
