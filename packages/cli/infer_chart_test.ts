import assert from "node:assert/strict";
import { aliveChart } from "./infer_chart.ts";

Deno.test("bars are as high as the share of inputs that is alive", () => {
  const chart = aliveChart([
    { layers: 0, inputs: 12 },
    { layers: 1, inputs: 6 },
    { layers: 2, inputs: 1 },
    { layers: 3, inputs: 0 },
  ]);
  assert.deepEqual(chart.split("\n"), [
    "12 ┤█",
    "   │█",
    "   │█",
    "   │██",
    "   │██",
    " 0 ┤██▄",
    "    0 3 layers",
  ]);
});

Deno.test("one of many that is alive has a mark, and a look at some layers stands for the next", () => {
  const chart = aliveChart([{ layers: 0, inputs: 60_000 }, { layers: 4, inputs: 1 }]);
  assert.ok(chart.includes("    0 ┤████▁"), chart);
});

Deno.test("a deep network takes sixty columns, and inputs that are all dead none", () => {
  const deep = aliveChart([{ layers: 0, inputs: 5 }, { layers: 1920, inputs: 5 }]).split("\n");
  assert.equal(deep[0], `5 ┤${"█".repeat(60)}`);
  assert.match(deep[6], /^ {3}0 +1920 layers$/);
  assert.equal(aliveChart([{ layers: 0, inputs: 0 }]).split("\n")[5], "0 ┤");
});
