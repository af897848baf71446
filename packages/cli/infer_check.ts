import type { Dense } from "@spmm/formats";
import type { Inference, Truth } from "@spmm/network";

/** How a result stands to what is known of it. */
export type InferCheck =
  | {
    readonly kind: "survivors";
    readonly passed: boolean;
    readonly expected: number;
    /** Survivors that should be there, from 0. */
    readonly missing: readonly number[];
    /** Survivors that should not. */
    readonly unexpected: readonly number[];
  }
  | {
    readonly kind: "survivor-count";
    readonly passed: boolean;
    readonly expected: number;
    readonly found: number;
  }
  | {
    readonly kind: "labels";
    readonly passed: boolean;
    readonly right: number;
    readonly of: number;
    readonly leastRight: number;
  };

/**
 * Compares a result with the truth: survivors must be those, exactly, or as many; of labels as many as
 * the truth says must be right.
 */
export function checkAgainst(
  truth: Truth,
  { inputs, survivors, outputs }: Pick<Inference, "inputs" | "survivors" | "outputs">,
): InferCheck {
  if (truth.kind === "survivors") {
    const [expected, found] = [new Set(truth.survivors), new Set(survivors)];
    const missing = [...expected.difference(found)];
    const unexpected = [...found.difference(expected)];
    const passed = missing.length + unexpected.length === 0;
    return { kind: "survivors", passed, expected: expected.size, missing, unexpected };
  }
  if (truth.kind === "survivor-count") {
    const { kind, survivors: expected } = truth;
    return { kind, passed: survivors.length === expected, expected, found: survivors.length };
  }
  const classes = classesOf(inputs, survivors, outputs);
  const { labels, leastRight } = truth;
  const right = classes.filter((digit, input) => digit === labels[input]).length;
  const passed = inputs === labels.length && right >= leastRight;
  return { kind: "labels", passed, right, of: labels.length, leastRight };
}

/** A check in words. */
export function checkText(check: InferCheck): string {
  if (check.kind === "labels") {
    const { right, of, leastRight } = check;
    const share = of === 0 ? "" : `, ${(100 * right / of).toFixed(2)} %`;
    const least = check.passed ? "" : `; at least ${leastRight} must be`;
    return `${right} of ${of} labels right${share}${least}`;
  }
  if (check.kind === "survivor-count") {
    return `${check.found} survivors, ${check.expected} by the f64 reference`;
  }
  const { expected, missing, unexpected } = check;
  if (check.passed) return `exactly the ${expected} survivors that there should be`;
  return `of ${expected} survivors ${listed(missing)} missing; ${listed(unexpected)} too many`;
}

const LISTED = 8;

function listed(ids: readonly number[]): string {
  if (ids.length === 0) return "none";
  const more = ids.length > LISTED ? ", …" : "";
  return `${ids.length} (${ids.slice(0, LISTED).join(", ")}${more})`;
}

/** The place of each input's largest output, the first of several; 0 where all outputs are 0. */
function classesOf(inputs: number, survivors: Uint32Array, outputs?: Dense): Uint32Array {
  const classes = new Uint32Array(inputs);
  if (outputs === undefined) return classes;
  const { rows, cols, data } = outputs;
  survivors.forEach((input, column) => {
    let best = 0;
    for (let row = 1; row < rows; row++) {
      if (data[row * cols + column] > data[best * cols + column]) best = row;
    }
    classes[input] = best;
  });
  return classes;
}
