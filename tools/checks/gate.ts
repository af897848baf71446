import { testCommand } from "../test_command.ts";
import { fileCycles, packageCycles } from "./cycles.ts";
import { deno } from "./deno.ts";
import { type Documentation, missingExamples } from "./examples.ts";
import { type Finding, formatFinding } from "./finding.ts";
import { followRecipes } from "./follow_recipes.ts";
import { importDirection } from "./import_direction.ts";
import { rooms } from "./rooms.ts";
import { unusedExports } from "./unused_exports.ts";
import { wording } from "./wording.ts";
import { readWorkspace, type Workspace } from "./workspace.ts";

/** One condition of the gate; it passes when it has nothing to complain of. */
export interface Check {
  readonly name: string;
  /** Complaints in full, each of one or more lines. */
  run(): Promise<readonly string[]>;
}

/** Everything a commit must pass before any test of behaviour is worth running. */
export async function gate(): Promise<readonly Check[]> {
  const workspace = await readWorkspace();
  const entries = publicEntries(workspace);
  const house = (name: string, find: (workspace: Workspace) => readonly Finding[]): Check => ({
    name,
    run: () => Promise.resolve(find(workspace).map(formatFinding)),
  });
  return [
    command("format", ["fmt", "--check", "--quiet"]),
    command("lint", ["lint", "--quiet"]),
    { name: "house rules", run: () => testComplaints("tools/checks/keep_house_rules.ts") },
    command("types", ["check", "--quiet", "--doc", ".", ...pages(workspace)]),
    command("documentation", ["doc", "--lint", "--quiet", ...entries]),
    { name: "examples", run: () => exampleComplaints(entries) },
    house("import direction", importDirection),
    house("no cyclic packages", packageCycles),
    house("no cyclic files", fileCycles),
    house("rooms of every package", rooms),
    house("no unused exports", unusedExports),
    house("wording", wording),
    { name: "recipes of docs/architecture.md", run: followRecipes },
  ];
}

/** Runs the examples in documentation, which are tests, and no other test; their types are checked. */
export const examplesRun: Check = {
  name: "examples run",
  run: async () => {
    // On the command line, what to ignore replaces what the configuration excludes.
    const { exclude } = JSON.parse(await Deno.readTextFile("deno.json")) as { exclude: string[] };
    const ignored = [...exclude, "**/*_test.ts"].join(",");
    return await testComplaints(`--ignore=${ignored}`);
  },
};

/** Runs one check, tells of it on the console and returns its complaints: none when it passes. */
export async function report({ name, run }: Check): Promise<readonly string[]> {
  const start = performance.now();
  const complaints = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  for (const complaint of complaints) console.log(complaint);
  console.log(`check: ${name} ... ${complaints.length === 0 ? "ok" : "FAILED"} (${seconds} s)`);
  return complaints;
}

function command(name: string, args: readonly string[]): Check {
  return { name, run: async () => (await deno(args)).complaints };
}

async function testComplaints(which: string): Promise<readonly string[]> {
  const { args, env } = await testCommand("--no-check", which);
  return (await deno(args, { env })).complaints;
}

async function exampleComplaints(entries: readonly string[]): Promise<readonly string[]> {
  const { complaints, stdout } = await deno(["doc", "--json", ...entries]);
  if (complaints.length > 0) return complaints;
  const root = new URL("../..", import.meta.url).href;
  return missingExamples(JSON.parse(stdout) as Documentation, root).map(formatFinding);
}

/** Without their names, the examples in Markdown pages would not be checked. */
function pages({ files }: Workspace): string[] {
  return [...files.keys()].filter((path) => path.endsWith(".md"));
}

function publicEntries({ members }: Workspace): string[] {
  return members.flatMap(({ folder, config }) =>
    Object.values(config.exports ?? {}).map((entry) => `${folder}/${entry.replace(/^\.\//, "")}`)
  );
}
