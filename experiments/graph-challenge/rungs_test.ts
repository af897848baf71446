import assert from "node:assert/strict";
import { DEFAULT_RUNG, LADDER, rungsOf, unused } from "./rungs.ts";

Deno.test("every rung has one strategy more than the one below it, from none to all", () => {
  const on = LADDER.map(({ strategies }) => Object.values(strategies).filter(Boolean).length);
  assert.deepEqual(on, [0, 1, 2, 3, 4, 5, 6, 7]);
  const exploiting = LADDER.filter(({ exploits }) => exploits !== undefined);
  assert.deepEqual(exploiting, LADDER.slice(5));
  assert.equal(LADDER[4].name, DEFAULT_RUNG);
});

Deno.test("a climb is the whole ladder, its labelled top, or its ends", () => {
  const names = (climb: "labelled" | "ends") => rungsOf(climb).map(({ name }) => name);
  assert.equal(rungsOf("all").length, 8);
  assert.deepEqual(names("labelled"), LADDER.slice(4).map(({ name }) => name));
  assert.deepEqual(names("ends"), ["+ reordering", "+ fixed points"]);
});

Deno.test("strategies that a plan makes no use of are named, unless it uses another added one", () => {
  const [baseline, pruning, , fusion] = LADDER;
  const top = LADDER[LADDER.length - 1];
  assert.deepEqual(unused(pruning, baseline, { labels: [] }), ["pruning"]);
  assert.deepEqual(unused(fusion, pruning, { labels: ["pruning", "fusion"] }), []);
  assert.deepEqual(unused(fusion, pruning, { labels: ["pruning"] }), ["staging", "fusion"]);
  assert.deepEqual(unused(top, LADDER[6], { labels: ["fixed points"] }), []);
  assert.deepEqual(unused(baseline, undefined, { labels: [] }), []);
});
