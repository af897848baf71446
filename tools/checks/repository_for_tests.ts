import { type Workspace, workspaceOf } from "./workspace.ts";

/** A repository of the given files, with the `deno.json` of every package that they do not give. */
export function repository(files: Readonly<Record<string, string>>): Workspace {
  const all = new Map(Object.entries(files));
  all.set("deno.json", '{ "workspace": ["./packages/*", "./packages/kernels/*"] }');
  for (const path of Object.keys(files)) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const config = {
      name: `@spmm/${folder.split("/").at(-1)}`,
      version: "0.1.0",
      license: "MIT",
      exports: { ".": "./mod.ts" },
    };
    if (!all.has(`${folder}/deno.json`)) all.set(`${folder}/deno.json`, JSON.stringify(config));
  }
  return workspaceOf(all);
}
