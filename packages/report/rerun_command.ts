import type { RunFacts } from "@spmm/runner";

/**
 * The command that measures all of a run anew.
 *
 * @param run What was run.
 *
 * @example With an axis set
 * ```ts
 * import { rerunCommand } from "@spmm/report";
 * import assert from "node:assert/strict";
 *
 * const command = rerunCommand({
 *   ...{ experiment: "kernel-comparison", scale: "full", set: { n: ["64", "256"] } },
 *   argv: ["--all", "--device", "gpu"],
 * });
 * assert.equal(
 *   command,
 *   "deno task experiments kernel-comparison --full --device gpu --set n=64,256 --fresh",
 * );
 * ```
 */
export function rerunCommand(
  { experiment, scale, set, argv }: Pick<RunFacts, "experiment" | "scale" | "set" | "argv">,
): string {
  const device = deviceOf(argv);
  const settings = Object.entries(set)
    .flatMap(([axis, values]) => ["--set", `${axis}=${values.join(",")}`]);
  return [
    ...["deno", "task", "experiments", experiment, `--${scale}`],
    ...device === undefined ? [] : ["--device", device],
    ...settings,
    "--fresh",
  ].map(quoted).join(" ");
}

/** The device is no part of what a run keeps of its settings, but for the arguments themselves. */
function deviceOf(argv: readonly string[]): string | undefined {
  const place = argv.lastIndexOf("--device");
  if (place !== -1) return argv[place + 1];
  return argv.findLast((argument) => argument.startsWith("--device="))?.slice("--device=".length);
}

/** As a POSIX shell takes it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
