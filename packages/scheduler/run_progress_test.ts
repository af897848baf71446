import assert from "node:assert/strict";
import { progressLines } from "./run_progress.ts";

Deno.test("all workers stand in one view, with what went wrong", () => {
  const lines = progressLines({
    inputs: 300,
    of: 400,
    seconds: 3,
    workers: [
      { worker: 0, device: "nvidia0", state: "busy", inputs: 200, faults: 0 },
      { worker: 1, device: "cpu", state: "lost", inputs: 100, faults: 2 },
    ],
  });
  assert.deepEqual(lines, [
    "██████████████████······ 300 of 400 inputs, 100/s",
    "0 nvidia0  busy      200 inputs",
    "1 cpu      lost      100 inputs, 2 faults",
  ]);
});

Deno.test("a run without inputs is complete", () => {
  const [line] = progressLines({ inputs: 0, of: 0, seconds: 0, workers: [] });
  assert.equal(line, "████████████████████████ 0 of 0 inputs");
});
