/**
 * All checks and tests, `deno task test`; with folders, the tests of those folders alone.
 *
 * The last lines tell what failed and was skipped, how much conformance was shown and on which
 * adapter; the very last is `N passed, N failed`. Where `CI` is set, a missing adapter is a failure:
 * green must mean that the GPU code ran.
 *
 * @module
 */
import { adapterName } from "./adapter.ts";
import { gate, report } from "./checks/gate.ts";
import {
  type CheckResult,
  conformanceLine,
  type Counts,
  countsLine,
  countsOf,
  failedLines,
  skippedLines,
  type TestCase,
  testCases,
  webgpuLines,
} from "./report.ts";
import { testCommand } from "./test_command.ts";

const OPENS_GPU = /\b(?:openGpu|tryOpenGpu|gpuTest|testGpuConformance)\b/;
const folders = Deno.args;
const adapter = await adapterName();
const checks = folders.length === 0 ? await runGate() : [];
const passedChecks = checks.filter(({ complaints }) => complaints.length === 0).length;
const { output, counts, tests } = await runTests();
const lost = adapter === undefined && Deno.env.get("CI") === "true" ? 1 : 0;
const passed = passedChecks + counts.passed;
const failed = checks.length - passedChecks + counts.failed + lost;

for (const line of failedLines(checks, tests)) console.log(line);
const skipped = skippedLines(tests);
for (const line of skipped) console.log(line);
if (lost) console.log("failed: there is no WebGPU adapter, and CI must have one");
console.log(conformanceLine(output));
for (const line of webgpuLines(await testsThatOpenGpu(tests), adapter)) console.log(line);
console.log(countsLine({ passed, failed }, skipped.length));
Deno.exit(failed === 0 ? 0 : 1);

async function runGate(): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of await gate()) {
    results.push({ name: check.name, complaints: await report(check) });
  }
  return results;
}

/** Runs `deno test` and shows its output as it comes. */
async function runTests(): Promise<{ output: string; counts: Counts; tests: TestCase[] }> {
  // The gate has checked all types, and an error in one file would keep every other from running.
  const types = folders.length === 0 ? ["--no-check"] : [];
  const { args, env } = await testCommand(...types, ...folders);
  const child = new Deno.Command("deno", { args, env, stdout: "piped" }).spawn();
  const output = await showAndKeep(child.stdout);
  const { success } = await child.status;
  const tests = testCases(output);
  return { output, counts: countsOf(tests, output, success), tests };
}

async function showAndKeep(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const [shown, kept] = stream.tee();
  const showing = shown.pipeTo(Deno.stdout.writable, { preventClose: true });
  const [text] = await Promise.all([new Response(kept).text(), showing]);
  return text;
}

/** A test needs a GPU when its file opens one; the others would count as run without any. */
async function testsThatOpenGpu(tests: readonly TestCase[]): Promise<TestCase[]> {
  const files = new Set(tests.map(({ file }) => file).filter((file) => file.endsWith("_test.ts")));
  const opening = new Set<string>();
  for (const file of files) {
    if (OPENS_GPU.test(await Deno.readTextFile(file))) opening.add(file);
  }
  return tests.filter(({ file }) => opening.has(file));
}
