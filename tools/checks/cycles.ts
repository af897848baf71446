import { importsOf } from "../imports.mjs";
import type { Finding } from "./finding.ts";
import { type Member, memberNamed, resolvePath, type Workspace } from "./workspace.ts";

/** Who needs whom: the successors of every node. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Finds packages that need each other, directly or through others. */
export function packageCycles(workspace: Workspace): Finding[] {
  const graph = new Map(
    workspace.members.map((member) => [member.folder, neededMembers(member, workspace)]),
  );
  return cyclesOf(graph).map((cycle) => ({
    file: `${cycle[0]}/deno.json`,
    line: 1,
    wrong: `cyclic packages ${cycle.join(" -> ")}`,
    right: "move what they share to a package below them",
  }));
}

/** Finds files of a package that need each other at run time; an `import type` needs nothing then. */
export function fileCycles(workspace: Workspace): Finding[] {
  return workspace.members.flatMap((member) => {
    const sources = [...member.files].filter(([path]) => path.endsWith(".ts"));
    const graph = new Map(sources.map(([path, text]) => [path, neededFiles(path, text)]));
    return cyclesOf(graph).map((cycle) => ({
      file: cycle[0] ?? member.folder,
      line: 1,
      wrong: `cyclic files ${cycle.join(" -> ")}`,
      right: "move what they share to a file of its own",
    }));
  });
}

/** One closed path through each knot of a graph, or nothing where the graph has no cycle. */
export function cyclesOf(graph: Graph): string[][] {
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string) => {
    const start = path.indexOf(node);
    if (start !== -1) cycles.push([...path.slice(start), node]);
    if (start !== -1 || done.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return cycles;
}

function neededMembers(member: Member, workspace: Workspace): Set<string> {
  const folders = [...member.files]
    .filter(([path]) => path.endsWith(".ts"))
    .flatMap(([, text]) => importsOf(text))
    .map(({ specifier }) => memberNamed(workspace, specifier)?.folder)
    .filter((folder) => folder !== undefined && folder !== member.folder);
  return new Set(folders.filter((folder) => folder !== undefined));
}

function neededFiles(file: string, text: string): Set<string> {
  return new Set(
    importsOf(text)
      .filter(({ specifier, typeOnly }) => specifier.startsWith(".") && !typeOnly)
      .map(({ specifier }) => resolvePath(file, specifier)),
  );
}
