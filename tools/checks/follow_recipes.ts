import { testCommand } from "../test_command.ts";
import { deno } from "./deno.ts";
import { addAfter, recipeSteps } from "./recipes.ts";

const COPY = ".cache/recipes";
const COPIED = ["packages", "experiments", "deno.json", "package.json"];

/**
 * Follows the recipes of docs/architecture.md to the letter, in a copy of the repository, and runs
 * what they made: its types, its examples, and the tests of the folders it stands in.
 *
 * @returns What went wrong, in full; nothing where the recipes hold.
 */
export async function followRecipes(): Promise<string[]> {
  await Deno.remove(COPY, { recursive: true }).catch(() => {});
  for (const entry of COPIED) await copy(entry, `${COPY}/${entry}`);
  const steps = recipeSteps(await Deno.readTextFile("docs/architecture.md"));
  for (const step of steps) {
    const path = `${COPY}/${step.file}`;
    const text = step.after === undefined
      ? step.text
      : addAfter(await Deno.readTextFile(path), step);
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  const made = steps.filter(({ after }) => after === undefined).map(({ file }) => file);
  const { args, env } = await testCommand("--no-check", ...testsOf(made));
  const code = made.filter((file) => file.endsWith(".ts"));
  const checked = await deno(["check", "--quiet", ...code], { env, cwd: COPY });
  const tested = await deno(args, { env, cwd: COPY });
  return [...checked.complaints, ...tested.complaints];
}

/** The tests beside the files made, and those that run over all formats and all kernels. */
function testsOf(made: readonly string[]): string[] {
  const folders = made.map((file) => file.slice(0, file.lastIndexOf("/")));
  const alone = new Set(folders.filter((folder) => folder !== "packages/formats"));
  const format = made.filter((file) => file.startsWith("packages/formats/"));
  return [...alone, ...format, "packages/formats/convert_test.ts"];
}

async function copy(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}
