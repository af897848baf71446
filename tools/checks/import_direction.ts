import { importsOf } from "../imports.mjs";
import type { Finding } from "./finding.ts";
import { FLOORS } from "./floors.ts";
import { matches, type Member, memberNamed, resolvePath, type Workspace } from "./workspace.ts";

/** Finds imports that go up or sideways in the house, or around a package's front door. */
export function importDirection(
  workspace: Workspace,
  floors: readonly (readonly string[])[] = FLOORS,
): Finding[] {
  return workspace.members.flatMap((member) => {
    if (floorOf(member.folder, floors) === -1) return [homeless(member)];
    return [...member.files]
      .filter(([path]) => path.endsWith(".ts"))
      .flatMap(([path, text]) => fileFindings(path, text, member, workspace, floors));
  });
}

function fileFindings(
  file: string,
  text: string,
  member: Member,
  workspace: Workspace,
  floors: readonly (readonly string[])[],
): Finding[] {
  return importsOf(text).flatMap(({ specifier, line }) => {
    if (specifier.startsWith(".")) {
      if (resolvePath(file, specifier).startsWith(`${member.folder}/`)) return [];
      const wrong = `import of ${specifier} leaves the package`;
      return [{ file, line, wrong, right: "import another package by its name" }];
    }
    const target = memberNamed(workspace, specifier);
    if (target === undefined || target === member) return [];
    if (floorOf(target.folder, floors) < floorOf(member.folder, floors)) return [];
    const wrong = `${member.config.name} imports ${specifier}, which is not on a lower floor`;
    return [{ file, line, wrong, right: "move what both need to a floor below both" }];
  });
}

function homeless({ folder, config }: Member): Finding {
  return {
    file: `${folder}/deno.json`,
    line: 1,
    wrong: `${config.name} has no floor`,
    right: "give it one in tools/checks/floors.ts",
  };
}

function floorOf(folder: string, floors: readonly (readonly string[])[]): number {
  return floors.findIndex((patterns) => patterns.some((pattern) => matches(pattern, folder)));
}
