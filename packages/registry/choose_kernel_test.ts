import { randomCsr } from "@spmm/formats";
import {
  hostDevice,
  RegistryError,
  type SpmmProblem,
  type Storage,
  UnsupportedError,
} from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { chooseKernel } from "./choose_kernel.ts";
import { kernels } from "./kernels.ts";
import { rulesFor } from "./rules.ts";

Deno.test("every kernel of the rule is registered, and on the kind of device it rules", () => {
  for (const kind of ["webgpu", "cpu", "cuda"] as const) {
    for (const { kernel } of rulesFor(kind)) {
      assert.equal(kernels.get(kernel.name), kernel);
      assert.equal(kernel.device, kind);
    }
  }
});

gpuTest(
  "the larger a product, the emptier a matrix may be for the dense product on a GPU",
  (gpu) => {
    const a = randomCsr({ rows: 512, cols: 512, density: 0.3, seed: 1 });
    const { kernel, reasons } = chooseKernel({ a, n: 1024 }, gpu);
    assert.equal(kernel.name, "dense");
    assert.match(reasons.join(), /30\.\d % of A is non-zero/);
    for (const n of [32, 256]) {
      assert.equal(chooseKernel({ a, n }, gpu).kernel.name, "sliced-k+swizzle");
    }
    const halves = chooseKernel({ a, n: 1024, storage: "f16" }, gpu);
    assert.equal(halves.kernel.name, "sliced-k+swizzle");
    const full = randomCsr({ rows: 64, cols: 128, density: 0.9, seed: 1 });
    assert.equal(chooseKernel({ a: full, n: 256 }, gpu).kernel.name, "dense");
  },
);

gpuTest(
  "halves go to matrix units where a tenth or more is left, and there are such units",
  (gpu) => {
    const a = randomCsr({ rows: 512, cols: 512, density: 0.3, seed: 1 });
    const verdictOn = (problem: Partial<SpmmProblem>): string | undefined =>
      chooseKernel({ a, n: 512, ...problem }, gpu).considered
        .find(({ kernel }) => kernel === "dense-mma")?.verdict;
    assert.match(verdictOn({}) ?? "", /passed over: .* take halves/);
    const sparse = randomCsr({ rows: 512, cols: 512, density: 0.05, seed: 1 });
    assert.match(verdictOn({ a: sparse, storage: "f16" }) ?? "", /pays from 15\.5 % on/);
    const expected = gpu.limits.matrixThreads > 0 ? /^chosen/ : /passed over: .* no units/;
    assert.match(verdictOn({ storage: "f16" }) ?? "", expected);
  },
);

gpuTest(
  "a layer of a pruned network goes to sliced-K, swizzled where its rows are uneven",
  (gpu) => {
    const uneven = randomCsr({ rows: 300, cols: 512, density: 0.1, seed: 1 });
    assert.equal(chooseKernel({ a: uneven, n: 256 }, gpu).kernel.name, "sliced-k+swizzle");
    const rowLengths = new Uint32Array(300).fill(32);
    const even = randomCsr({ rows: 300, cols: 1024, rowLengths, seed: 1 });
    assert.equal(chooseKernel({ a: even, n: 4 }, gpu).kernel.name, "sliced-k");
  },
);

gpuTest("a row that towers goes to merge path on a GPU, next to nothing to row-split", (gpu) => {
  const rowLengths = new Uint32Array(300).fill(10);
  rowLengths[7] = 3000;
  const towering = randomCsr({ rows: 300, cols: 4000, rowLengths, seed: 1 });
  const { kernel, considered } = chooseKernel({ a: towering, n: 512 }, gpu);
  assert.equal(kernel.name, "merge");
  assert.equal(considered.filter(({ verdict }) => verdict.startsWith("chosen")).length, 1);
  assert.equal(considered.length, kernels.on("webgpu").length);
  const sparse = randomCsr({ rows: 400, cols: 20, density: 0.01, seed: 1 });
  assert.equal(chooseKernel({ a: sparse, n: 64 }, gpu).kernel.name, "row-split");
});

gpuTest("op(A) is what is judged: a matrix may need merge path one way only", (gpu) => {
  const rowLengths = new Uint32Array(300).fill(10);
  rowLengths[7] = 3000;
  const a = randomCsr({ rows: 300, cols: 4000, rowLengths, seed: 1 });
  const names = [false, true].map((transpose) =>
    chooseKernel({ a, n: 256, transpose }, gpu).kernel.name
  );
  assert.equal(names[0], "merge");
  assert.notEqual(names[1], "merge");
});

gpuTest("a long row is sliced-K's where others keep the GPU as busy, or B is narrow", (gpu) => {
  const kernelOf = (rows: number, longest: number, n: number, storage: Storage = "f32") => {
    const rowLengths = new Uint32Array(rows).fill(20);
    rowLengths[7] = longest;
    const a = randomCsr({ rows, cols: 4000, rowLengths, seed: 1 });
    return chooseKernel({ a, n, storage }, gpu).kernel.name;
  };
  assert.equal(kernelOf(8000, 4000, 256), "merge");
  assert.equal(kernelOf(8000, 1500, 256), "sliced-k+swizzle");
  assert.equal(kernelOf(8000, 4000, 128), "sliced-k+swizzle");
  assert.equal(kernelOf(8000, 1500, 256, "f16"), "merge");
});

Deno.test("a name overrides the rule, and a wrong or unfit name is refused", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const a = randomCsr({ rows: 30, cols: 20, density: 0.2, seed: 1 });
  assert.equal(chooseKernel({ a, n: 8 }, cpu, { override: "csb-cpu" }).kernel.name, "csb-cpu");
  assert.throws(() => chooseKernel({ a, n: 8 }, cpu, { override: "cbs" }), RegistryError);
  assert.throws(() => chooseKernel({ a, n: 8 }, cpu, { override: "csb" }), UnsupportedError);
});

Deno.test("a device that no kernel knows gets every kernel's reason", () => {
  const a = randomCsr({ rows: 30, cols: 20, density: 0.2, seed: 1 });
  const cuda = { ...hostDevice, kind: "cuda" as const };
  assert.throws(() => chooseKernel({ a, n: 8 }, cuda), UnsupportedError);
  assert.throws(() => chooseKernel({ a, n: 8 }, hostDevice), UnsupportedError);
});
