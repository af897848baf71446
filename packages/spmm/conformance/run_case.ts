import type { Csr, Dense } from "@spmm/formats";
import { checkResult } from "../check_result.ts";
import type { Device } from "../device.ts";
import { UnsupportedError } from "../errors.ts";
import type { DenseMatrix, DeviceMatrix, SpmmKernel, SpmmPlan } from "../kernel.ts";
import { extents, flops, type SpmmProblem } from "../problem.ts";
import { reference } from "../reference.ts";
import { hostZeros } from "../storage.ts";
import type { ConformanceCase } from "./cases.ts";
import { ConformanceError, demand } from "./conformance_error.ts";
import { rightHandSide } from "./right_hand_side.ts";

/** The way on and off a device, for kernels that take matrices living there. */
export interface DeviceBridge {
  /** Copies a host matrix to the device, in its own storage. */
  upload(device: Device, host: Dense): DeviceMatrix | Promise<DeviceMatrix>;
  /** Copies a device matrix to the host, in its own storage. */
  download(matrix: DeviceMatrix): Promise<Dense>;
}

/** How a case ended that did not fail. */
export type CaseOutcome =
  | { readonly kind: "passed" }
  | { readonly kind: "unsupported"; readonly reason: string };

/**
 * Plans one case and multiplies four times: into a C full of NaN, into the same C with another B
 * (stale results would show), into a new C with the first B (every bit must come out as before),
 * and, with a bridge, all on the device. Every result is checked against the f64 reference; A, B
 * and results handed out before must stay as they were.
 *
 * @param kernel The kernel under test.
 * @param device A device of its kind.
 * @param one The case.
 * @param bridge Where given, matrices on the device are tested too.
 * @throws {MismatchError} If a result is off.
 * @throws {ConformanceError} If the kernel breaks its word in another way.
 *
 * @example One case by hand
 * ```ts
 * import { conformanceCases, runCase } from "@spmm/spmm/conformance";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const [first] = conformanceCases();
 * assert.deepEqual(await runCase(referenceKernel, hostDevice, first), { kind: "passed" });
 * ```
 */
export async function runCase(
  kernel: SpmmKernel,
  device: Device,
  one: ConformanceCase,
  bridge?: DeviceBridge,
): Promise<CaseOutcome> {
  const { problem } = one;
  const support = kernel.supports(problem, device);
  if (!support.ok) {
    await checkRefusal(kernel, problem, device, support.reason);
    return { kind: "unsupported", reason: support.reason };
  }
  const a = copyOf(problem.a);
  await using plan = await kernel.plan(problem, device);
  checkFacts(plan, problem, device);
  const run = new CaseRun(plan, one);
  const bits = await run.onHost();
  if (bridge !== undefined) await run.onDevice(bridge, bits);
  demand(sameCsr(a, problem.a), "it wrote to A");
  return { kind: "passed" };
}

class CaseRun {
  readonly #plan: SpmmPlan;
  readonly #first: Dense;
  readonly #second: Dense;

  constructor(plan: SpmmPlan, { problem, seed, numbers }: ConformanceCase) {
    const { k, n } = extents(problem);
    const storage = problem.storage ?? "f32";
    this.#plan = plan;
    this.#first = rightHandSide(k, n, 2 * seed + 1, storage, numbers);
    this.#second = rightHandSide(k, n, 2 * seed + 2, storage, numbers);
  }

  /** @returns C of the first B, every bit of which must come again. */
  async onHost(): Promise<Dense> {
    const { problem } = this.#plan;
    const first = reference(problem, this.#first);
    const second = reference(problem, this.#second);
    const b = cloneOf(this.#first);
    const c = this.#poisoned();

    demand(
      await this.#plan.multiply(b, c) === c,
      "multiply gave back another matrix than the given C",
    );
    checkResult(c, first);
    const bits = cloneOf(c);

    await this.#plan.multiply(this.#second, c);
    checkResult(c, second);
    const stale = cloneOf(c);

    const fresh = onHost(await this.#plan.multiply(b));
    checkResult(fresh, first);
    demand(sameBits(fresh, bits), "the same product came out with other bits the second time");
    demand(sameBits(c, stale), "multiply without C wrote to the C of an earlier call");
    demand(sameBits(b, this.#first), "multiply wrote to B");
    return bits;
  }

  async onDevice(bridge: DeviceBridge, bits: Dense): Promise<void> {
    const { device } = this.#plan;
    using b = await bridge.upload(device, this.#first);
    using other = await bridge.upload(device, this.#second);
    using c = await bridge.upload(device, this.#poisoned());

    await this.#plan.multiply(other, c);
    demand(
      await this.#plan.multiply(b, c) === c,
      "multiply gave back another matrix than the given C",
    );
    const given = await bridge.download(c);
    checkResult(given, reference(this.#plan.problem, this.#first));
    demand(sameBits(given, bits), "the same product came out with other bits on the device");

    const made = await this.#plan.multiply(b);
    demand(made.location === "device", "B is on the device, but C came back on the host");
    using fresh = made;
    const again = await bridge.download(fresh);
    demand(sameBits(again, bits), "the same product came out with other bits in a new C");
    demand(sameBits(await bridge.download(b), this.#first), "multiply wrote to B on the device");
  }

  #poisoned(): Dense {
    const { m, n } = extents(this.#plan.problem);
    const c = hostZeros(m, n, this.#plan.problem.storage ?? "f32");
    c.data.fill(NaN);
    return c;
  }
}

/** A kernel that says no must say why, and must not plan after all. */
async function checkRefusal(
  kernel: SpmmKernel,
  problem: SpmmProblem,
  device: Device,
  reason: string,
): Promise<void> {
  demand(reason.trim() !== "", "supports says no without a reason");
  try {
    await using _plan = await kernel.plan(problem, device);
  } catch (error) {
    if (error instanceof UnsupportedError) return;
    throw error;
  }
  throw new ConformanceError(
    `Cannot accept the kernel: supports says no (${reason}), yet plan made a plan`,
  );
}

function checkFacts(plan: SpmmPlan, problem: SpmmProblem, device: Device): void {
  demand(plan.problem === problem, "the plan's problem is not the one it was made for");
  demand(plan.device === device, "the plan's device is not the one it was made on");
  demand(plan.flops === flops(problem), `the plan counts ${plan.flops} operations`);
  demand(Number.isFinite(plan.bytes) && plan.bytes >= 0, `the plan holds ${plan.bytes} bytes`);
  demand(
    Number.isFinite(plan.inspectSeconds) && plan.inspectSeconds >= 0,
    `the plan took ${plan.inspectSeconds} seconds`,
  );
  demand(plan.kernel !== "" && plan.describe().summary !== "", "the plan does not describe itself");
}

function onHost(matrix: DenseMatrix): Dense {
  demand(matrix.location === "host", "B is on the host, but C came back on the device");
  return matrix;
}

function copyOf(a: Csr): Csr {
  return {
    ...a,
    rowOffsets: a.rowOffsets.slice(),
    colIndices: a.colIndices.slice(),
    values: a.values.slice(),
  };
}

function cloneOf(matrix: Dense): Dense {
  return { ...matrix, data: matrix.data.slice() };
}

function sameCsr(a: Csr, b: Csr): boolean {
  return sameBytes(a.rowOffsets, b.rowOffsets) && sameBytes(a.colIndices, b.colIndices) &&
    sameBytes(a.values, b.values);
}

function sameBits(a: Dense, b: Dense): boolean {
  return sameBytes(a.data, b.data);
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const [left, right] = [a, b].map((view) =>
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  );
  return left.every((byte, at) => byte === right[at]);
}
