import { dense } from "@spmm/formats";
import type { Inference } from "@spmm/network";
import assert from "node:assert/strict";
import { checkAgainst, checkText } from "./infer_check.ts";

function inferred(survivors: readonly number[], outputs: readonly number[] = []): Inference {
  return {
    inputs: 5,
    survivors: Uint32Array.from(survivors),
    outputs: dense(
      outputs.length / survivors.length || 0,
      survivors.length,
      Float32Array.from(outputs),
    ),
    alive: [],
    seconds: { upload: 0, compute: 0, readback: 0, total: 0 },
    edges: { counted: 0, executed: 0 },
  };
}

Deno.test("survivors must be exactly those", () => {
  const truth = { kind: "survivors", survivors: Uint32Array.of(1, 3) } as const;
  const right = checkAgainst(truth, inferred([1, 3]));
  assert.ok(right.passed);
  assert.equal(checkText(right), "exactly the 2 survivors that there should be");
  const wrong = checkAgainst(truth, inferred([1, 2, 4]));
  assert.ok(!wrong.passed);
  assert.equal(checkText(wrong), "of 2 survivors 1 (3) missing; 2 (2, 4) too many");
  assert.ok(!checkAgainst(truth, inferred([])).passed);
});

Deno.test("where only their number is known, survivors must be as many", () => {
  const truth = { kind: "survivor-count", survivors: 2 } as const;
  assert.ok(checkAgainst(truth, inferred([0, 4])).passed);
  const wrong = checkAgainst(truth, inferred([4]));
  assert.ok(!wrong.passed);
  assert.equal(checkText(wrong), "1 survivors, 2 by the f64 reference");
});

Deno.test("the class is the first of the largest outputs, and 0 for inputs without outputs", () => {
  const labels = Uint8Array.of(0, 2, 0, 1, 9);
  const outputs = [...[1, 5, 3], ...[3, 5, 4], ...[4, 2, -1]];
  const check = checkAgainst(
    { kind: "labels", labels, leastRight: 4 },
    inferred([1, 2, 3], outputs),
  );
  // Columns (1, 3, 4), (5, 5, 2), (3, 4, -1): classes 2, 0 and 1; inputs 0 and 4 have no outputs.
  assert.deepEqual(check, { kind: "labels", passed: true, right: 4, of: 5, leastRight: 4 });
  assert.equal(checkText(check), "4 of 5 labels right, 80.00 %");
  const strict = checkAgainst(
    { kind: "labels", labels, leastRight: 5 },
    inferred([1, 2, 3], outputs),
  );
  assert.ok(!strict.passed);
  assert.equal(checkText(strict), "4 of 5 labels right, 80.00 %; at least 5 must be");
});

Deno.test("fewer inputs than labels are wrong, however many are right", () => {
  const truth = { kind: "labels", labels: new Uint8Array(6), leastRight: 0 } as const;
  assert.ok(!checkAgainst(truth, inferred([])).passed);
});
