/** One test as the runner's JUnit file tells of it. */
export interface TestCase {
  readonly name: string;
  readonly file: string;
  readonly skipped: boolean;
}

/** Numbers of tests by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const CASE =
  /<testcase name="(?<name>[^"]*)" classname="(?<file>[^"]*)"[^>]*>(?<body>[\s\S]*?)<\/testcase>/g;
const SUMMARY =
  /^(?:ok|FAILED) \| (?<passed>\d+) passed(?: \(.*?\))? \| (?<failed>\d+) failed(?: \(.*?\))?(?: \| (?<skipped>\d+) ignored)?/gm;
const CONFORMANCE = /^\s*conformance (?<kernel>\S+) (?<device>\S+): (?<cases>\d+) cases/gm;

/** Reads the tests out of a JUnit file that `deno test` wrote, steps of tests left out. */
export function testCases(junit: string): TestCase[] {
  const cases = [...junit.matchAll(CASE)].map(({ groups = {} }) => ({
    name: unescape(groups["name"] ?? ""),
    file: unescape(groups["file"] ?? "").replace(/^\.\//, ""),
    skipped: (groups["body"] ?? "").includes("<skipped"),
  }));
  const tests = new Set<string>();
  return cases.filter(({ name, file }) => {
    const isStep = [...name.matchAll(/ > /g)]
      .some(({ index }) => tests.has(`${file}\n${name.slice(0, index)}`));
    tests.add(`${file}\n${name}`);
    return !isStep;
  });
}

/**
 * The counts in the last line of `deno test`'s output, which know of files that failed to load, as
 * the JUnit file does not. A runner that died before that line counts as one failure.
 */
export function countsOf(output: string): Counts {
  const groups = [...output.matchAll(SUMMARY)].at(-1)?.groups;
  if (groups === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const count = (name: string) => Number(groups[name] ?? 0);
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/** Sums the lines that the conformance suite prints, one for each kernel it ran. */
export function conformanceLine(output: string): string {
  const lines = [...output.matchAll(CONFORMANCE)].map(({ groups = {} }) => groups);
  const cases = lines.reduce((sum, line) => sum + Number(line["cases"]), 0);
  const kernels = new Set(lines.map((line) => `${line["kernel"]} ${line["device"]}`));
  return `conformance: ${cases} cases over ${kernels.size} kernels`;
}

/** Tells whether the tests whose name speaks of WebGPU ran, and on what. */
export function webgpuLines(tests: readonly TestCase[], adapter: string | undefined): string[] {
  const concerned = tests.filter(({ name }) => /webgpu/i.test(name));
  const ran = concerned.filter(({ skipped }) => !skipped).length;
  return [
    `WebGPU adapter: ${adapter ?? "none"}`,
    `WebGPU tests: ${ran} of ${concerned.length} ran`,
  ];
}

/** Names every skipped test: its name or the missing adapter says why. */
export function skippedLines(tests: readonly TestCase[], adapter: string | undefined): string[] {
  return tests.filter(({ skipped }) => skipped).map(({ name, file }) => {
    const reason = adapter === undefined && /webgpu/i.test(name) ? " (no WebGPU adapter)" : "";
    return `skipped: ${name}${reason} [${file}]`;
  });
}

/** The last line of a run. */
export function countsLine({ passed, failed, skipped }: Counts): string {
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
