/** What a member says of itself in its `deno.json`. */
export interface MemberConfig {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly exports?: Readonly<Record<string, string>>;
}

/** A member of the Deno workspace. */
export interface Member {
  /** Path from the root, as in `packages/kernels/merge`. */
  readonly folder: string;
  readonly config: MemberConfig;
  /** Texts of its files by path from the root. */
  readonly files: ReadonlyMap<string, string>;
}

/** Every text of the repository by path from the root, and the members among them. */
export interface Workspace {
  readonly files: ReadonlyMap<string, string>;
  readonly members: readonly Member[];
}

const TEXT = /\.(?:ts|mjs|md|json)$/;
const OTHERS = new Set([".git", ".nx", ".cache", "node_modules", "coverage", "results"]);

/** Reads the repository whose root is the current directory, less what is generated or installed. */
export async function readWorkspace(): Promise<Workspace> {
  const files = new Map<string, string>();
  for await (const path of textPaths("")) files.set(path, await Deno.readTextFile(path));
  return workspaceOf(files);
}

/** Finds the members among texts, by the `workspace` patterns of the root's `deno.json`. */
export function workspaceOf(files: ReadonlyMap<string, string>): Workspace {
  const { workspace } = JSON.parse(files.get("deno.json") ?? "{}") as { workspace?: string[] };
  const patterns = (workspace ?? []).map((pattern) => pattern.replace(/^\.\//, ""));
  const folders = [...files.keys()]
    .filter((path) => path.endsWith("/deno.json"))
    .map((path) => path.slice(0, -"/deno.json".length))
    .filter((folder) => patterns.some((pattern) => matches(pattern, folder)))
    .sort();
  return { files, members: folders.map((folder) => memberAt(folder, files)) };
}

/** Whether a folder fits a pattern in which `*` stands for one name. */
export function matches(pattern: string, folder: string): boolean {
  const names = folder.split("/");
  const parts = pattern.split("/");
  return parts.length === names.length &&
    parts.every((part, i) => part === "*" || part === names[i]);
}

/** The member a specifier such as `@spmm/formats` or `@spmm/formats/csr` names, if any. */
export function memberNamed(workspace: Workspace, specifier: string): Member | undefined {
  const name = specifier.split("/").slice(0, 2).join("/");
  return workspace.members.find(({ config }) => config.name === name);
}

/** The path from the root that a relative specifier means in a file. */
export function resolvePath(file: string, specifier: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

function memberAt(folder: string, files: ReadonlyMap<string, string>): Member {
  const config = JSON.parse(files.get(`${folder}/deno.json`) ?? "{}") as MemberConfig;
  const own = [...files].filter(([path]) => path.startsWith(`${folder}/`));
  return { folder, config, files: new Map(own) };
}

async function* textPaths(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder || ".")) {
    const path = folder ? `${folder}/${name}` : name;
    if (isDirectory && !OTHERS.has(name)) yield* textPaths(path);
    if (isFile && TEXT.test(name)) yield path;
  }
}
