const SCRATCH = ".cache/tmp";

/**
 * What tests start: Deno, by its name and by the path under which workers are started (npm's `deno`
 * is a launcher, which passes no signals on), a browser, and a shell for the scripts in
 * `tools/cluster`.
 */
const PROGRAMS: readonly string[] = ["deno", Deno.execPath(), "chromium", "sh"];

/** How `deno test` is called here. */
export interface TestCommand {
  readonly args: string[];
  readonly env: Record<string, string>;
}

/**
 * The one way in which tests and examples run: with leaks of operations and resources found, able
 * to write to a scratch folder, to read the repository and the real data, which lies outside it, and
 * to start a few programs.
 *
 * The rest of what they may do is the permission set `test` of the root's `deno.json`.
 */
export async function testCommand(...args: readonly string[]): Promise<TestCommand> {
  const root = Deno.cwd();
  await Deno.mkdir(SCRATCH, { recursive: true });
  const data = Deno.env.get("SPMM_DATA") ?? `${root}/../shared/data`;
  return {
    args: [
      ...["test", "--doc", "--parallel", "--permit-no-files"],
      ...["--sanitize-ops", "--sanitize-resources", "-P=test", `--allow-read=${root},${data}`],
      `--allow-run=${PROGRAMS.join()}`,
      ...args,
    ],
    env: {
      NO_COLOR: "1",
      TMPDIR: `${root}/${SCRATCH}`,
      // From two jobs on, the runner names the file of every test.
      DENO_JOBS: String(Math.max(2, navigator.hardwareConcurrency)),
    },
  };
}
