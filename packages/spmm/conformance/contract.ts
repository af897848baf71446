import type { Dense } from "@spmm/formats";
import { checkResult } from "../check_result.ts";
import type { Device, DeviceKind } from "../device.ts";
import { DisposedError, ShapeError, UnsupportedError } from "../errors.ts";
import type { DenseMatrix, SpmmKernel } from "../kernel.ts";
import { extents, type SpmmProblem, type Storage } from "../problem.ts";
import { reference } from "../reference.ts";
import { hostZeros } from "../storage.ts";
import { demand } from "./conformance_error.ts";
import { rightHandSide } from "./right_hand_side.ts";
import type { DeviceBridge } from "./run_case.ts";

/** One promise of the interface that no single product shows. */
export interface ContractCheck {
  readonly name: string;
  readonly hunts: string;
  /** Throws if the kernel breaks it. */
  check(subject: ContractSubject): Promise<void>;
}

/** What a contract is checked on: a kernel, and two problems that it supports. */
export interface ContractSubject {
  readonly kernel: SpmmKernel;
  readonly device: Device;
  readonly problems: readonly [SpmmProblem, SpmmProblem];
  readonly bridge: DeviceBridge | undefined;
}

/** Every promise that is checked once per kernel. */
export const CONTRACT: readonly ContractCheck[] = [
  {
    name: "refuses a device of another kind",
    hunts: "a kernel that fails deep inside on a device it was not made for",
    check: refuseOtherDevice,
  },
  {
    name: "refuses a problem whose parts do not fit together",
    hunts: "a bias or a row order read past its end",
    check: refuseMisfits,
  },
  {
    name: "refuses B and C of another shape, storage or place, and leaves C alone",
    hunts: "bad input that reaches the device, and a C half written",
    check: refuseOperands,
  },
  {
    name: "ends with its disposal, which may come twice",
    hunts: "use of freed memory",
    check: endWithDisposal,
  },
  {
    name: "keeps two plans on one device apart",
    hunts: "buffers or workers shared between plans that run at once",
    check: keepPlansApart,
  },
];

async function refuseOtherDevice({ kernel, problems }: ContractSubject): Promise<void> {
  const kinds: DeviceKind[] = ["webgpu", "cpu", "cuda"];
  for (const kind of kinds.filter((other) => other !== kernel.device)) {
    const other = deviceOfKind(kind);
    demand(!kernel.supports(problems[0], other).ok, `it says it supports a ${kind} device`);
    await rejects(UnsupportedError, () => kernel.plan(problems[0], other), `a ${kind} device`);
  }
}

function deviceOfKind(kind: DeviceKind): Device {
  return {
    kind,
    name: `stand-in for a ${kind} device`,
    facts: {},
    peaks: () => Promise.resolve({ bytesPerSecond: 1, flopsPerSecond: 1 }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function refuseMisfits({ kernel, device, problems: [problem] }: ContractSubject) {
  const { m } = extents(problem);
  const misfits: [string, Partial<SpmmProblem>][] = [
    ["n = -1", { n: -1 }],
    ["n = 1.5", { n: 1.5 }],
    ["a bias that is too short", { epilogue: { bias: new Float32Array(m - 1) } }],
    ["a bias that is too long", { epilogue: { bias: new Float32Array(m + 1) } }],
    ["a row order that names row 0 again and again", { rowOrder: new Uint32Array(m) }],
    ["a row order that is too short", { rowOrder: Uint32Array.of(m - 1) }],
  ];
  for (const [what, misfit] of misfits) {
    await rejects(ShapeError, () => kernel.plan({ ...problem, ...misfit }, device), what);
  }
}

async function refuseOperands({ kernel, device, problems: [problem], bridge }: ContractSubject) {
  await using plan = await kernel.plan(problem, device);
  const { m, n, k } = extents(problem);
  const storage = problem.storage ?? "f32";
  const other: Storage = storage === "f16" ? "f32" : "f16";
  const b = rightHandSide(k, n, 1, storage);
  const c = rightHandSide(m, n, 2, storage);
  const before = c.data.slice();
  const refused: [string, DenseMatrix, DenseMatrix][] = [
    ["a B with a row too few", rightHandSide(k - 1, n, 1, storage), c],
    ["a B with a row too many", rightHandSide(k + 1, n, 1, storage), c],
    ["a B with a column too few", rightHandSide(k, n - 1, 1, storage), c],
    ["a B of another storage", rightHandSide(k, n, 1, other), c],
    ["a C with a row too few", b, hostZeros(m - 1, n, storage)],
    ["a C with a column too many", b, hostZeros(m, n + 1, storage)],
    ["a C of another storage", b, hostZeros(m, n, other)],
  ];
  for (const [what, left, result] of refused) {
    await rejects(ShapeError, () => plan.multiply(left, result), what);
  }
  if (bridge !== undefined) {
    using onDevice = await bridge.upload(device, b);
    await rejects(
      ShapeError,
      () => plan.multiply(onDevice, c),
      "a C on the host for B on the device",
    );
  }
  demand(c.data.every((value, at) => value === before[at]), "it wrote to C before it refused B");
}

async function endWithDisposal({ kernel, device, problems: [problem] }: ContractSubject) {
  const { k, n } = extents(problem);
  const plan = await kernel.plan(problem, device);
  await plan[Symbol.asyncDispose]();
  await plan[Symbol.asyncDispose]();
  const b = rightHandSide(k, n, 1, problem.storage ?? "f32");
  await rejects(DisposedError, () => plan.multiply(b), "a product of a plan that is disposed of");
}

async function keepPlansApart({ kernel, device, problems }: ContractSubject): Promise<void> {
  const [one, other] = problems;
  await using first = await kernel.plan(one, device);
  await using second = await kernel.plan(other, device);
  const [b, d] = problems.map((problem) => {
    const { k, n } = extents(problem);
    return rightHandSide(k, n, 3, problem.storage ?? "f32");
  });
  const results = await Promise.all([first.multiply(b), second.multiply(d)]);
  checkResult(hosted(results[0]), reference(one, b));
  checkResult(hosted(results[1]), reference(other, d));
}

function hosted(matrix: DenseMatrix): Dense {
  demand(matrix.location === "host", "B is on the host, but C came back on the device");
  return matrix;
}

async function rejects(
  wanted: new (message: string) => Error,
  run: () => Promise<unknown>,
  what: string,
): Promise<void> {
  let thrown: unknown = "nothing";
  try {
    await run();
  } catch (error) {
    if (error instanceof wanted) return;
    thrown = error;
  }
  demand(false, `${what} must be a ${wanted.name}, and it threw ${thrown}`);
}
