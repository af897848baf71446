/**
 * All checks and tests, `deno task test`; with folders, the tests of those folders alone.
 *
 * The last lines tell what was skipped, how much conformance was shown and on which adapter; the
 * very last is `N passed, N failed`. Where `CI` is set, a missing adapter is a failure: green must
 * mean that the GPU code ran.
 *
 * @module
 */
import { adapterName } from "./adapter.ts";
import { gate, passes } from "./checks/gate.ts";
import {
  conformanceLine,
  type Counts,
  countsLine,
  countsOf,
  skippedLines,
  testCases,
  webgpuLines,
} from "./report.ts";

const folders = Deno.args;
const scratch = `${Deno.cwd()}/.cache/tmp`;
const junit = `.cache/junit/${folders.join("+").replaceAll("/", "-") || "all"}.xml`;

const adapter = await adapterName();
const checks = folders.length === 0 ? await runGate() : { passed: 0, failed: 0, skipped: 0 };
const output = await runTests();
const ran = countsOf(output);
const tests = testCases(await Deno.readTextFile(junit).catch(() => ""));
const lost = adapter === undefined && Deno.env.get("CI") === "true" ? 1 : 0;
if (lost) console.log("failed: no WebGPU adapter, and CI must have one");

const counts = {
  passed: checks.passed + ran.passed,
  failed: checks.failed + ran.failed + lost,
  skipped: ran.skipped,
};
for (const line of skippedLines(tests, adapter)) console.log(line);
console.log(conformanceLine(output));
for (const line of webgpuLines(tests, adapter)) console.log(line);
console.log(countsLine(counts));
Deno.exit(counts.failed === 0 ? 0 : 1);

async function runGate(): Promise<Counts> {
  const results: boolean[] = [];
  for (const check of await gate()) results.push(await passes(check));
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

/** Runs `deno test`, shows its output as it comes, and returns it. */
async function runTests(): Promise<string> {
  await Deno.mkdir(scratch, { recursive: true });
  await Deno.mkdir(junit.slice(0, junit.lastIndexOf("/")), { recursive: true });
  await Deno.remove(junit).catch(() => {});
  const child = new Deno.Command("deno", {
    args: [
      ...["test", "--doc", "--parallel", "--permit-no-files", "--sanitize-ops"],
      ...["--sanitize-resources", `--junit-path=${junit}`, "-P=test", `--allow-read=${readable()}`],
      ...folders,
    ],
    env: { NO_COLOR: "1", TMPDIR: scratch },
    stdout: "piped",
  }).spawn();
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    await Deno.stdout.write(new TextEncoder().encode(text));
  }
  const { success } = await child.status;
  return success || countsOf(output).failed > 0
    ? output
    : `${output}\nFAILED | 0 passed | 1 failed`;
}

/** The repository and the real data, which lies outside it: all that tests need to read. */
function readable(): string {
  return [Deno.cwd(), Deno.env.get("SPMM_DATA") ?? `${Deno.cwd()}/../shared/data`].join(",");
}
