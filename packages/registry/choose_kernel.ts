import { columnStatistics, rowStatistics } from "@spmm/formats";
import {
  type Device,
  type DeviceKind,
  requireSupport,
  type SpmmKernel,
  type SpmmProblem,
  UnsupportedError,
} from "@spmm/spmm";
import { kernels } from "./kernels.ts";
import { type Judgement, type Rule, rulesFor } from "./rules.ts";

/** How to choose. */
export interface ChooseOptions {
  /** The name of the kernel to take whatever the rule says. */
  readonly override?: string;
}

/** What the rule says of one kernel. */
export interface Consideration {
  /** The kernel's name. */
  readonly kernel: string;
  /** `chosen`, `suits` (but comes later), `passed over` or `not asked`, and why. */
  readonly verdict: string;
}

/** A kernel for a problem, with the reasons. */
export interface Choice {
  /** The kernel to plan with. */
  readonly kernel: SpmmKernel;
  /** Why it was chosen, in sentences. Put into words when asked for. */
  readonly reasons: readonly string[];
  /**
   * Every kernel for the device: those of the rule in its order, then those it does not know. Put
   * into words when asked for.
   */
  readonly considered: readonly Consideration[];
}

/**
 * Chooses a kernel for a problem by the rule in `rules.ts`: the first that suits and that can.
 * O(rows), and O(nnz) where A is transposed.
 *
 * @param problem The problem to be planned.
 * @param device The device to plan it for.
 * @param options An override.
 * @throws {UnsupportedError} If no kernel, or not the one asked for, can take the problem there.
 * @throws {ShapeError} If an override is given and the parts of the problem do not fit together.
 * @throws {RegistryError} If there is no kernel of the name asked for.
 *
 * @example Where there is a GPU
 * ```ts
 * import { chooseKernel } from "@spmm/registry";
 * import { randomCsr } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   const { kernel } = chooseKernel({ a, n: 32 }, gpu, { override: "row-split" });
 *   assert.equal(kernel.name, "row-split");
 * }
 * ```
 */
export function chooseKernel(
  problem: SpmmProblem,
  device: Device,
  { override }: ChooseOptions = {},
): Choice {
  if (override !== undefined) return overridden(problem, device, override);
  const judged = judge(problem, device);
  const chosen = judged.find(({ judgement }) => judgement.suits);
  if (chosen === undefined) throw noneSuits(device, [...judge(problem, device)]);
  return {
    kernel: chosen.rule.kernel,
    get reasons() {
      return [chosen.judgement.because()];
    },
    get considered() {
      return [
        ...judge(problem, device).map((one) => ({
          kernel: one.rule.kernel.name,
          verdict: `${verdictOf(one, chosen)}: ${one.judgement.because()}`,
        })),
        ...unruled(device.kind),
      ];
    },
  };
}

/** Whether some kernel of the rule can take a problem; the reasons of all that cannot, otherwise. */
export function someSupport(
  kind: DeviceKind,
  problem: SpmmProblem,
  device: Device,
): ReturnType<SpmmKernel["supports"]> {
  const refusals = new Set<string>();
  for (const { kernel } of rulesFor(kind)) {
    const answer = kernel.supports(problem, device);
    if (answer.ok) return answer;
    refusals.add(answer.reason);
  }
  return { ok: false, reason: [...refusals].join("; ") || `no kernel runs on ${kind}` };
}

interface Judged {
  readonly rule: Rule;
  readonly judgement: Judgement;
}

/** Judges in the rule's order, one when it is asked for. */
function judge(problem: SpmmProblem, device: Device): IteratorObject<Judged> {
  const { a, transpose } = problem;
  const rows = transpose ? columnStatistics(a) : rowStatistics(a);
  return rulesFor(device.kind).values().map((rule) => {
    const judgement = rule.judge(rows, problem);
    // What does not suit need not be asked whether it could.
    const support = judgement.suits ? rule.kernel.supports(problem, device) : undefined;
    return support === undefined || support.ok
      ? { rule, judgement }
      : { rule, judgement: { suits: false, because: () => support.reason } };
  });
}

function verdictOf({ rule, judgement }: Judged, chosen: Judged): string {
  if (rule === chosen.rule) return "chosen";
  return judgement.suits ? "suits, but comes later" : "passed over";
}

function unruled(kind: DeviceKind): Consideration[] {
  const ruled = new Set(rulesFor(kind).map(({ kernel }) => kernel));
  return kernels.on(kind).filter((kernel) => !ruled.has(kernel)).map(({ name }) => ({
    kernel: name,
    verdict: "not asked: the rule says nothing of it: ask for it by name",
  }));
}

function overridden(problem: SpmmProblem, device: Device, name: string): Choice {
  const kernel = kernels.get(name);
  requireSupport(kernel, problem, device);
  return {
    kernel,
    reasons: ["it was asked for by name"],
    considered: [{ kernel: name, verdict: "chosen: it was asked for by name" }],
  };
}

function noneSuits(device: Device, judged: readonly Judged[]): UnsupportedError {
  const reasons = judged.map(({ rule, judgement }) =>
    `${rule.kernel.name}: ${judgement.because()}`
  );
  return new UnsupportedError(
    `Cannot choose a kernel on ${device.name}: none can take the problem: ${
      reasons.join("; ") || "none is registered for its kind"
    }`,
  );
}
