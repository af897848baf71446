/**
 * Bundles a file and the packages that it imports for a browser:
 *
 * ```sh
 * deno run -A tools/bundle.ts FILE OUT
 * ```
 *
 * @module
 */
import { build } from "esbuild";
import { readWorkspace } from "./checks/workspace.ts";

const [file, out] = Deno.args;
if (out === undefined) {
  throw new TypeError(
    `Cannot bundle: it takes a file and where to write: received ${
      Deno.args.join(" ") || "nothing"
    }`,
  );
}
await build({
  ...{ entryPoints: [file], outfile: out, bundle: true, format: "esm", platform: "browser" },
  ...{ logLevel: "error", alias: await packages(), external: ["node:*"] },
});
Deno.exit(0);

/** Where the packages of the workspace are, by the names under which they are imported. */
async function packages(): Promise<Record<string, string>> {
  const { members } = await readWorkspace();
  const doors = members.flatMap(({ folder, config: { name = "", exports = {} } }) =>
    Object.entries(exports).map(([door, entry]) => ({
      name: name + door.slice(1),
      path: `${Deno.cwd()}/${folder}/${entry}`,
    }))
  );
  return Object.fromEntries(doors.map(({ name, path }) => [name, path]));
}
