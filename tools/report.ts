/** One test as the runner's JUnit file tells of it. */
export interface TestCase {
  readonly name: string;
  readonly file: string;
  readonly skipped: boolean;
  readonly steps: readonly Step[];
}

/** A step of a test. */
export interface Step {
  readonly name: string;
  readonly skipped: boolean;
}

/** Numbers of tests by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const CASE =
  /<testcase name="(?<name>[^"]*)" classname="(?<file>[^"]*)"[^>]*>(?<body>[\s\S]*?)<\/testcase>/g;
const SUMMARY =
  /^(?:ok|FAILED) \| (?<passed>\d+) passed(?: \(.*?\))? \| (?<failed>\d+) failed(?: \(.*?\))?/gm;
const CONFORMANCE = /^\s*conformance (?<kernel>\S+ .+?): (?<cases>\d+) cases/gm;

/** Reads the tests and their steps out of a JUnit file that `deno test` wrote. */
export function testCases(junit: string): TestCase[] {
  const tests: (TestCase & { steps: Step[] })[] = [];
  for (const { groups = {} } of junit.matchAll(CASE)) {
    const name = unescape(groups["name"] ?? "");
    const file = unescape(groups["file"] ?? "").replace(/^\.\//, "");
    const skipped = (groups["body"] ?? "").includes("<skipped");
    const parent = tests.find((test) => test.file === file && name.startsWith(`${test.name} > `));
    if (parent) parent.steps.push({ name: name.slice(parent.name.length + " > ".length), skipped });
    else tests.push({ name, file, skipped, steps: [] });
  }
  return tests;
}

/**
 * The counts in the last line of `deno test`'s output, which know of files that failed to load, as
 * the JUnit file does not. A runner that died before that line, or after it, counts as one failure.
 *
 * @param output All that the runner printed.
 * @param success Whether it ended well.
 */
export function countsOf(output: string, success: boolean): Counts {
  const groups = [...output.matchAll(SUMMARY)].at(-1)?.groups ?? {};
  const failed = Number(groups["failed"] ?? 0);
  return { passed: Number(groups["passed"] ?? 0), failed: success ? failed : Math.max(1, failed) };
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
  const ran = adapter === undefined ? 0 : tests.filter(({ skipped }) => !skipped).length;
  return [`WebGPU adapter: ${adapter ?? "none"}`, `WebGPU tests: ${ran} of ${tests.length} ran`];
}

/** Names every skipped test and step, whose name says why. */
export function skippedLines(tests: readonly TestCase[]): string[] {
  return tests.flatMap(({ name, file, skipped, steps }) => [
    ...(skipped ? [`skipped: ${name} [${file}]`] : []),
    ...steps.filter((step) => step.skipped).map((step) =>
      `skipped: ${name}: ${step.name} [${file}]`
    ),
  ]);
}

/** The last line of a run. */
export function countsLine({ passed, failed }: Counts, skipped: number): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function unescape(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
