/** How a test or a step of one ended. */
export type Outcome = "ok" | "FAILED" | "ignored";

/** One test as the runner tells of it. */
export interface TestCase {
  /** The file that was run, which need not be the one that registers the test. */
  readonly file: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** Names of its steps that were skipped. */
  readonly skippedSteps: readonly string[];
  /** Number of its steps, nested ones included. */
  readonly steps: number;
}

/** What a condition of the gate complained of. */
export interface CheckResult {
  readonly name: string;
  /** Nothing where it passed. */
  readonly complaints: readonly string[];
}

/** Numbers of tests by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Room for the summary of a failed test run. */
const COMPLAINT_LINES = 40;

const OUTCOME = /^\.\/(?<file>.+?) => (?<path>.+) \.\.\. (?<outcome>ok|FAILED|ignored) \(/gm;
const SUMMARY = /^(?:ok|FAILED) \| \d+ passed.* \| (?<failed>\d+) failed/gm;
const CONFORMANCE = /^\s*conformance (?<kernel>\S+ .+?): (?<cases>\d+) cases/gm;

/** Reads the tests out of what `deno test` prints when it runs files in parallel. */
export function testCases(output: string): TestCase[] {
  const cases: TestCase[] = [];
  let steps: { readonly name: string; readonly file: string; readonly outcome: Outcome }[] = [];
  for (const { groups = {} } of output.matchAll(OUTCOME)) {
    const { file = "", path = "" } = groups;
    const outcome = groups["outcome"] as Outcome;
    const [name = "", ...step] = path.split(" ... ");
    if (step.length > 0) {
      steps.push({ file, name: step.join(": "), outcome });
      continue;
    }
    // The steps of a test are told before the test itself; files take turns.
    const own = steps.filter((step) => step.file === file);
    steps = steps.filter((step) => step.file !== file);
    const skippedSteps = own.filter(({ outcome }) => outcome === "ignored").map(({ name }) => name);
    cases.push({ file, name, outcome, skippedSteps, steps: own.length });
  }
  return cases;
}

/** Whether a test tested nothing: it was ignored, or so was every step that it has. */
export function isSkipped({ outcome, steps, skippedSteps }: TestCase): boolean {
  return outcome === "ignored" || steps > 0 && steps === skippedSteps.length;
}

/**
 * Counts tests. The runner's own count of failures also knows of files that failed to load; a
 * runner that died before it could tell counts as one failure.
 *
 * @param tests The tests in the output.
 * @param output All that the runner printed.
 * @param success Whether it ended well.
 */
export function countsOf(tests: readonly TestCase[], output: string, success: boolean): Counts {
  const passed = tests.filter((test) => test.outcome === "ok" && !isSkipped(test)).length;
  const failed = Number([...output.matchAll(SUMMARY)].at(-1)?.groups?.["failed"] ?? 0);
  return { passed, failed: success ? failed : Math.max(1, failed) };
}

/** Sums the lines that the conformance suite prints, one for each kernel on its device. */
export function conformanceLine(output: string): string {
  const lines = [...output.matchAll(CONFORMANCE)].map(({ groups = {} }) => groups);
  const cases = lines.reduce((sum, line) => sum + Number(line["cases"]), 0);
  const kernels = new Set(lines.map((line) => line["kernel"]));
  return `conformance: ${cases} cases over ${kernels.size} kernels`;
}

/**
 * Tells how many of the tests that need a GPU had one.
 *
 * @param tests Tests of the files that open a GPU.
 * @param adapter Name of the adapter, where there is one.
 */
export function webgpuLines(tests: readonly TestCase[], adapter: string | undefined): string[] {
  const ran = adapter === undefined ? 0 : tests.filter((test) => !isSkipped(test)).length;
  return [`WebGPU adapter: ${adapter ?? "none"}`, `WebGPU tests: ${ran} of ${tests.length} ran`];
}

/**
 * Names every check and test that failed, a check with the end of what it complained of: its place
 * is at the head of a long output, of which services keep the tail.
 */
export function failedLines(
  checks: readonly CheckResult[],
  tests: readonly TestCase[],
): string[] {
  return [
    ...checks.filter(({ complaints }) => complaints.length > 0).flatMap(({ name, complaints }) => [
      `failed: check: ${name}`,
      ...complaints.join("\n").split("\n").slice(-COMPLAINT_LINES),
    ]),
    ...tests.filter(({ outcome }) => outcome === "FAILED").map(({ file, name }) =>
      `failed: ${name} [${file}]`
    ),
  ];
}

/** Names every skipped test and step; the name says why. */
export function skippedLines(tests: readonly TestCase[]): string[] {
  return tests.flatMap(({ file, name, outcome, skippedSteps }) => [
    ...(outcome === "ignored" ? [`skipped: ${name} [${file}]`] : []),
    ...skippedSteps.map((step) => `skipped: ${name}: ${step} [${file}]`),
  ]);
}

/** The last line of a run. */
export function countsLine({ passed, failed }: Counts, skipped: number): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
