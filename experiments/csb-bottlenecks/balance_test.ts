import assert from "node:assert/strict";
import { balanceOfSchedule } from "./balance.ts";

const schedule = (nonZeros: number[], columnTiles = 1) => ({
  nonZeros,
  columnTiles,
  rows: nonZeros.map(() => 32),
  steps: nonZeros.map((count) => count / 4),
  strands: 8,
  cutLines: 0,
});

Deno.test("chunks that run at once wait for the heaviest", () => {
  const { workgroups, chunkImbalance, idleShare, strandIdleShare } = balanceOfSchedule(
    schedule([40, 20, 20], 2),
  );
  assert.equal(workgroups, 6);
  assert.equal(chunkImbalance, 1.5);
  assert.ok(Math.abs(idleShare - 1 / 3) < 1e-12);
  assert.equal(strandIdleShare, 0.5);
});

Deno.test("many chunks of which none towers leave nobody idle", () => {
  const { filledShare, idleShare } = balanceOfSchedule(schedule(Array(8000).fill(100)));
  assert.equal(filledShare, 1);
  assert.ok(Math.abs(idleShare) < 1e-12);
});
