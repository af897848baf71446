import { type Finding, lineAt } from "./finding.ts";
import type { Member, Workspace } from "./workspace.ts";

const EXPORT =
  /^export (?:async |abstract |declare )*(?:function\*?|class|const) (?<name>[A-Za-z_$][\w$]*)/gm;

/**
 * Finds exported code that no other file of its package mentions, `mod.ts` included. Types are let
 * be: they are exported so that what is declared with them can be written down.
 */
export function unusedExports(workspace: Workspace): Finding[] {
  return workspace.members.flatMap((member) =>
    [...member.files]
      .filter(([path]) => /(?<!_test)\.ts$/.test(path) && !entries(member).has(path))
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
