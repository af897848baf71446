import type { Dense } from "@spmm/formats";
import assert from "node:assert/strict";
import type { Device } from "../device.ts";
import { hostDevice } from "../host_device.ts";
import type { DenseMatrix, DeviceMatrix, SpmmKernel, SpmmPlan } from "../kernel.ts";
import { referenceKernel } from "../reference_kernel.ts";
import { storageOf } from "../storage.ts";
import type { DeviceBridge } from "./run_case.ts";
import { runConformance } from "./run_conformance.ts";

/** Host memory that passes for device memory and knows how much of it is in use. */
class PretendMatrix implements DeviceMatrix {
  static inUse = 0;
  readonly location = "device";
  readonly rows: number;
  readonly cols: number;
  readonly storage: "f32" | "f16";

  constructor(readonly device: Device, readonly host: Dense) {
    this.rows = host.rows;
    this.cols = host.cols;
    this.storage = storageOf(host);
    PretendMatrix.inUse++;
  }

  [Symbol.dispose](): void {
    PretendMatrix.inUse--;
  }
}

const bridge: DeviceBridge = {
  upload: (device, host) => new PretendMatrix(device, { ...host, data: host.data.slice() }),
  download: (matrix) => {
    assert.ok(matrix instanceof PretendMatrix);
    return Promise.resolve({ ...matrix.host, data: matrix.host.data.slice() });
  },
};

type Multiply = SpmmPlan["multiply"];

/** The reference kernel, taking pretend matrices by way of a rule. */
function pretendKernel(
  onDevice: (inner: SpmmPlan, b: PretendMatrix, c?: DenseMatrix) => ReturnType<Multiply>,
): SpmmKernel {
  return {
    ...referenceKernel,
    plan: async (problem, device) => {
      const inner = await referenceKernel.plan(problem, device);
      const { kernel, bytes, inspectSeconds, flops } = inner;
      return {
        ...{ kernel, problem, device, bytes, inspectSeconds, flops },
        describe: () => inner.describe(),
        multiply: (b, c) =>
          b instanceof PretendMatrix ? onDevice(inner, b, c) : inner.multiply(b, c),
        [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
      };
    },
  };
}

async function multiplied(inner: SpmmPlan, b: PretendMatrix, c?: DenseMatrix): Promise<Dense> {
  const result = await inner.multiply(b.host, c instanceof PretendMatrix ? c.host : c);
  assert.ok(result.location === "host");
  return result;
}

function judge(kernel: SpmmKernel) {
  return runConformance(kernel, hostDevice, { bridge, randomShapes: 5, stopAtFirstFailure: true });
}

Deno.test("the suite accepts a kernel whose matrices stay on the device, and frees them all", async () => {
  const { failures } = await judge(pretendKernel(async (inner, b, c) => {
    if (c?.location === "host") return inner.multiply(b, c);
    const result = await multiplied(inner, b, c);
    return c ?? new PretendMatrix(inner.device, result);
  }));
  assert.deepEqual(failures, []);
  assert.equal(PretendMatrix.inUse, 0);
});

Deno.test("the suite catches a kernel that brings C back to the host", async () => {
  const { failures } = await judge(pretendKernel(async (inner, b, c) => {
    const result = await multiplied(inner, b, c);
    return c ?? result;
  }));
  assert.match(String(failures[0].error), /came back on the host/);
});

Deno.test("the suite catches a kernel that writes to another device matrix than C", async () => {
  const { failures } = await judge(
    pretendKernel(async (inner, b, c) =>
      c ?? new PretendMatrix(inner.device, await multiplied(inner, b))
    ),
  );
  assert.match(String(failures[0].error), /elements are off/);
});
