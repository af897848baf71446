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
  const root = Deno.cwd();
  const paths: Record<string, string> = {};
  for (const folder of ["packages", "packages/kernels"]) {
    for await (const { name: member } of Deno.readDir(`${root}/${folder}`)) {
      const at = `${root}/${folder}/${member}`;
      const config = await Deno.readTextFile(`${at}/deno.json`).catch(() => undefined);
      if (config === undefined) continue;
      const { name, exports } = JSON.parse(config) as {
        readonly name: string;
        readonly exports: Record<string, string>;
      };
      for (const [door, entry] of Object.entries(exports)) {
        paths[name + door.slice(1)] = `${at}/${entry}`;
      }
    }
  }
  return paths;
}
