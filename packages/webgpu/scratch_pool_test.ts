import { dense, randomCsr, randomDense } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import assert from "node:assert/strict";
import { gpuTest } from "./conformance.ts";
import { entryPoint } from "./entry_point.ts";
import { type GpuDesign, gpuKernel } from "./gpu_kernel.ts";
import { productIo } from "./product_io.ts";

/** Writes its row numbers to scratch, then C from there: as many rows as the problem has. */
const throughScratch = gpuKernel({
  name: "through-scratch",
  family: "test",
  source: "none",
  inspect(problem: SpmmProblem): GpuDesign {
    const { bindings, code } = productIo(problem);
    const { rows } = problem.a;
    const scratch = { role: "scratch", name: "rows", type: "array<f32>", bytes: 4 * rows } as const;
    const pass = (label: string, line: string) => ({
      label,
      workgroups: Math.ceil(rows / 64),
      bindings: [...bindings, scratch],
      code: `${code}
fn work(group: u32, thread: u32) {
  let row = 64u * group + thread;
  if (row < shape.m) {
    ${line}
  }
}
${entryPoint(64, "work")}`,
    });
    return {
      passes: [
        pass("number", "rows[row] = f32(row) + b[0];"),
        pass("copy", "store_c(row, 0u, Columns(rows[row]));"),
      ],
      summary: "",
      facts: {},
    };
  },
});

gpuTest(
  "plans share the scratch of the largest, and free it with the last of them",
  async (gpu) => {
    const before = gpu.memory.bytes;
    const problem = (rows: number): SpmmProblem => ({
      a: randomCsr({ rows, cols: 1, density: 1, seed: 1 }),
      n: 1,
    });
    const large = await throughScratch.plan(problem(1000), gpu);
    const withLarge = gpu.memory.bytes;
    const small = await throughScratch.plan(problem(100), gpu);
    assert.ok(gpu.memory.bytes - withLarge < 400);
    const b = randomDense(1, 1, 1);
    const last = async (plan: typeof large): Promise<number> => {
      const c = dense(plan.problem.a.rows, 1);
      await plan.multiply(b, c);
      return Number(c.data.at(-1));
    };
    assert.ok(Math.abs(await last(large) - b.data[0] - 999) < 1e-3);
    assert.ok(Math.abs(await last(small) - b.data[0] - 99) < 1e-3);
    await large[Symbol.asyncDispose]();
    assert.ok(Math.abs(await last(small) - b.data[0] - 99) < 1e-3);
    await small[Symbol.asyncDispose]();
    assert.equal(gpu.memory.bytes, before);
  },
);
