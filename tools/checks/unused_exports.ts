import { type Finding, lineAt } from "./finding.ts";
import type { Member, Workspace } from "./workspace.ts";

const EXPORT =
  /^export (?:async |abstract |declare )*(?:function\*?|class|const|interface|type|enum) (?<name>[A-Za-z_$][\w$]*)/gm;

/** Finds exported names that no other file of their package mentions, `mod.ts` included. */
export function unusedExports(workspace: Workspace): Finding[] {
  return workspace.members.flatMap((member) =>
    [...member.files]
      .filter(([path]) => path.endsWith(".ts") && !entries(member).has(path))
      .flatMap(([path, text]) => fileFindings(path, text, member))
  );
}

function fileFindings(file: string, text: string, member: Member): Finding[] {
  return [...text.matchAll(EXPORT)].flatMap(({ index, groups }) => {
    const name = groups?.["name"] ?? "";
    const mention = new RegExp(`\\b${name}\\b`);
    const used = [...member.files].some(([path, other]) =>
      path !== file && path.endsWith(".ts") && mention.test(other)
    );
    if (used) return [];
    const line = lineAt(text, index);
    const right = "re-export it in mod.ts if it is public, else do not export it";
    return [{ file, line, wrong: `nothing uses the exported ${name}`, right }];
  });
}

function entries({ folder, config }: Member): Set<string> {
  return new Set(Object.values(config.exports ?? {}).map((entry) => `${folder}/${entry.slice(2)}`));
}
