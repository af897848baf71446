import { randomCsr } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { denseGemm } from "./dense_gemm.ts";
import { packedElements, type PackedTile, writeOut } from "./write_out.ts";

const TILE: PackedTile = { rows: 32, depth: 16 };

Deno.test("op(A) in full is padded to whole tiles", () => {
  assert.equal(packedElements(32, 16, TILE), 32 * 16);
  assert.equal(packedElements(33, 17, TILE), 64 * 32);
  assert.equal(packedElements(0, 5, TILE), 0);
});

Deno.test("a workgroup writes a row of A in either direction, in the storage asked for", () => {
  const a = randomCsr({ rows: 40, cols: 70, density: 0.5, seed: 1 });
  const bytes = (problem: Partial<SpmmProblem>): number =>
    writeOut({ a, n: 8, ...problem }, TILE, "by columns").packed.bytes;
  assert.equal(bytes({}), 4 * 64 * 80);
  assert.equal(bytes({ transpose: true }), 4 * 96 * 48);
  assert.equal(bytes({ storage: "f16" }), 2 * 64 * 80);
  assert.equal(writeOut({ a, n: 8, transpose: true }, TILE, "by columns").pass.workgroups, 40);
});

gpuTest("what op(A) was written out of is gone when the plan is there", async (gpu) => {
  const a = randomCsr({ rows: 300, cols: 500, density: 0.5, seed: 2 });
  await using plan = await denseGemm.plan({ a, n: 100, transpose: true }, gpu);
  const scratch = Number(plan.describe().facts["partialBytes"]);
  assert.ok(gpu.memory.bytes - scratch < plan.bytes + 1024);
});
