import { writeMatrixFile } from "@spmm/formats";
import type { Inference } from "@spmm/network";
import { UsageError } from "./errors.ts";
import type { InferCommandOptions } from "./infer_options.ts";
import { interruption } from "./interruption.ts";
import { writeWhole } from "./write_whole.ts";

/** Writes the files asked for, whole or not at all, and says which. */
export async function writeResults(
  { outputs, survivors }: Pick<Inference, "outputs" | "survivors">,
  options: InferCommandOptions,
): Promise<string[]> {
  // Files that are begun are finished.
  using _ = interruption();
  const files: string[] = [];
  if (options.outputs !== undefined && outputs !== undefined) {
    await writeMatrixFile(options.outputs, outputs);
    files.push(options.outputs);
  }
  if (options.survivors !== undefined) {
    await writeWhole(
      options.survivors,
      Array.from(survivors, (input) => `${input + 1}\n`).join(""),
    );
    files.push(options.survivors);
  }
  return files;
}

/** A folder that is not there is better found before the work than after it. */
export async function checkFiles({ outputs, survivors }: InferCommandOptions): Promise<void> {
  for (const file of [outputs, survivors]) {
    if (file === undefined) continue;
    const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : ".";
    const there = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
    if (there) continue;
    throw new UsageError(`Cannot write results: their folder must exist: received ${file}`);
  }
}
