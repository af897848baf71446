import { operand, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import {
  type Binding,
  encoding,
  type GpuDesign,
  gpuKernel,
  type GpuLimits,
  productIo,
  storedValues,
} from "@spmm/webgpu";
import { concatenate } from "./concatenate.ts";
import { slicedEllCode } from "./sliced_ell_code.ts";
import { type StagedEll, stagedEll } from "./staged_ell.ts";
import { chooseStaging } from "./staging.ts";

/**
 * Sliced ELL with staged features: a block of 256 rows brings the rows of B it needs into workgroup
 * memory, 16 columns wide; a thread per row reads each weight once and multiplies it into all 16.
 *
 * Bytes: A, 6 per stored entry (4 with f16), once per 16 columns; B once per block that needs the
 * row, instead of once per non-zero; C once. Operations: 2·nnz·n and those of the padding. Each
 * multiply-add takes its number of B from workgroup memory, whose bandwidth bounds the time: where
 * a multiprocessor reads 32 words a clock, a quarter of what it could multiply.
 *
 * Padding points at a slot of zeros, so it adds exactly nothing, whatever B holds.
 *
 * @see Hidayetoğlu, Pearson, Mailthody, Ebrahimi, Xiong, Nagi, Hwu, "At-scale sparse deep neural
 * network inference with efficient GPU implementation", HPEC 2020, §III.
 *
 * @example Multiply on a GPU, where there is one
 * ```ts
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { slicedEll } from "@spmm/sliced-ell";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plan = await slicedEll.plan({ a, n: 32 }, gpu);
 *   const c = await plan.multiply(randomDense(48, 32, 2));
 *   assert.equal(c.rows, 64);
 * }
 * ```
 */
export const slicedEll: SpmmKernel = gpuKernel({
  name: "sliced-ell",
  family: "sliced-ell",
  source: "Hidayetoğlu et al., HPEC 2020, §III",
  inspect,
});

function inspect(problem: SpmmProblem, limits: GpuLimits): GpuDesign {
  const a = operand(problem);
  const io = productIo(problem);
  const staging = chooseStaging(io.columns, io.vectors, a.rows, limits);
  const staged = stagedEll(a, staging, problem.rowOrder);
  const { blockRows, vectors, slots } = staging;
  const minibatch = vectors * io.columns;
  const blocks = Math.ceil(a.rows / blockRows);
  const stages = staged.mapStarts.length - 1;
  return {
    passes: [{
      label: "sliced-ell",
      bindings: [...io.bindings, ...stagedBindings(staged, problem)],
      code: io.code + slicedEllCode(staging),
      workgroups: blocks * Math.ceil(io.vectors / vectors),
    }],
    summary: `${blocks} blocks of ${blockRows} rows by ${minibatch} columns, ${stages} stages of ` +
      `up to ${slots - 1} rows of B`,
    facts: {
      blockRows,
      minibatchColumns: minibatch,
      stageRows: slots - 1,
      stages,
      storedEntries: staged.weights.length,
      stagedRows: staged.map.length,
    },
  };
}

function stagedBindings(staged: StagedEll, problem: SpmmProblem): Binding[] {
  const { storage = "f32" } = problem;
  const { blockStages, mapStarts, map, sliceStarts, slots, weights } = staged;
  const stagePlan = concatenate([blockStages, mapStarts, sliceStarts]);
  return [
    encoding("stage_plan", "array<u32>", stagePlan),
    encoding("feature_map", "array<u32>", map),
    // Hosts and WebGPU alike are little-endian: the first of two slots is the lower half.
    encoding("slots", "array<u32>", new Uint32Array(slots.buffer)),
    encoding("weights", `array<${storage}>`, storedValues(weights, problem)),
  ];
}
