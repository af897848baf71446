import { kernels, selectKernels } from "@spmm/registry";
import assert from "node:assert/strict";
import { kernelsFor, type Occasion } from "./chosen_kernels.ts";

const PLAIN: Occasion = { study: "families", storage: "f32", transpose: false };

Deno.test("all kernels are compared in f32 by A, and a few where more is asked", () => {
  const names = (occasion: Partial<Occasion>) =>
    selectKernels(kernelsFor(["all"], { ...PLAIN, ...occasion }), "webgpu").map(({ name }) => name);
  assert.equal(names({}).length, kernels.on("webgpu").length + 1);
  const bothWays = ["sliced-k", "csb", "sliced-k+swizzle", "auto"];
  assert.deepEqual(names({ transpose: true }), bothWays);
  assert.deepEqual(names({ storage: "f16" }), [...bothWays, "dense", "dense-mma"]);
  assert.deepEqual(
    names({ study: "widths" }),
    ["row-split", "csb", "sliced-k+swizzle", "auto", "dense"],
  );
});

Deno.test("who names kernels gets those", () => {
  assert.deepEqual(kernelsFor(["merge"], { ...PLAIN, transpose: true }), ["merge"]);
});
