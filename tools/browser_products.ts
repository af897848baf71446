/**
 * What a page of a browser runs to show that the library works there: `chromium_test.ts` bundles it.
 *
 * @module
 */
import { randomCsr, randomDense } from "@spmm/formats";
import { kernels } from "@spmm/registry";
import { checkResult, type Device, reference, type SpmmProblem } from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { openGpu } from "@spmm/webgpu";

const a = randomCsr({ rows: 50, cols: 40, density: 0.2, seed: 1 });
const PROBLEMS: readonly SpmmProblem[] = [
  { a, n: 24, epilogue: { activation: { kind: "relu" } } },
  { a, n: 24, transpose: true },
];

/** Multiplies by every kernel, and checks the products: the GPU's name, and what multiplied. */
async function multiplyAll(): Promise<string[]> {
  await using gpu = await openGpu();
  const done = [gpu.name, ...await multiplyOn(gpu)];
  for (const threads of [1, 2]) {
    await using cpu = await openCpu({ threads });
    done.push(...await multiplyOn(cpu));
  }
  return done;
}

async function multiplyOn(device: Device): Promise<string[]> {
  const done: string[] = [];
  for (const kernel of kernels.on(device.kind)) {
    for (const problem of PROBLEMS.filter((one) => kernel.supports(one, device).ok)) {
      const b = randomDense(problem.transpose ? a.rows : a.cols, problem.n, 2);
      await using plan = await kernel.plan(problem, device);
      const c = await plan.multiply(b);
      if (c.location !== "host") continue;
      checkResult(c, reference(problem, b));
      done.push(kernel.name);
    }
  }
  return done;
}

Object.assign(globalThis, { multiplyAll });
