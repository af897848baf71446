import { type Finding, lineAt } from "./finding.ts";
import type { Member, Workspace } from "./workspace.ts";

const STATEMENT = /^(?!export\b[^=(]*\bfrom\b|import\s+type\b)[^\s}/*]/m;
const CODE_EXPORT = /^export (?:async )?(?:function|class)\b/m;
const EXAMPLE = /^```ts\n(?<code>[\s\S]*?)^```/gm;

/** Finds members that lack a room that every package has, or have it in disorder. */
export function rooms(workspace: Workspace): Finding[] {
  return workspace.members.flatMap((member) => [
    ...configFindings(member),
    ...barrelFindings(member),
    ...readmeFindings(member),
  ]);
}

function configFindings({ folder, config, files }: Member): Finding[] {
  const at = { file: `${folder}/deno.json`, line: 1 };
  const name = `@spmm/${folder.split("/").at(-1)}`;
  const missing = Object.values(config.exports ?? {})
    .filter((entry) => !files.has(`${folder}/${entry.replace(/^\.\//, "")}`));
  return [
    ...check(config.name === name, at, `name ${config.name}`, `the folder's: ${name}`),
    ...check(/^\d+\.\d+\.\d+$/.test(config.version ?? ""), at, "no version", '"version": "0.1.0"'),
    ...check(config.license === "MIT", at, "no licence", '"license": "MIT"'),
    ...check(
      config.exports?.["."] === "./mod.ts",
      at,
      "no front door",
      '"exports": { ".": "./mod.ts" }',
    ),
    ...missing.map((entry) => ({
      ...at,
      wrong: `export ${entry} does not exist`,
      right: "an existing file",
    })),
  ];
}

function barrelFindings({ folder, files }: Member): Finding[] {
  const file = `${folder}/mod.ts`;
  const text = files.get(file) ?? "";
  // Bodies of the re-exports and of comments are blanked out, so that what is left is a statement.
  const bare = text
    .replace(/\/\*[\s\S]*?\*\//g, blank)
    .replace(/^export\b[^;=(]*?\bfrom\b[^;]*;/gm, blank);
  const found = STATEMENT.exec(bare);
  return found === null ? [] : [{
    file,
    line: lineAt(bare, found.index),
    wrong: "mod.ts does more than export",
    right: "a file named after what it does, re-exported here",
  }];
}

function readmeFindings({ folder, config, files }: Member): Finding[] {
  const file = `${folder}/README.md`;
  const readme = files.get(file);
  if (readme === undefined) {
    return [{ file, line: 1, wrong: "no README.md", right: "the idea, its picture, an example" }];
  }
  const runs = [...readme.matchAll(EXAMPLE)].some(({ groups }) => {
    const code = groups?.["code"] ?? "";
    return code.includes(`"${config.name}`) && code.includes("assert");
  });
  const hasCode = [...files].some(([path, text]) =>
    path.endsWith(".ts") && !path.endsWith("_test.ts") && CODE_EXPORT.test(text)
  );
  return check(
    runs || !hasCode,
    { file, line: 1 },
    "no example that runs",
    `a \`\`\`ts block that imports "${config.name}" and asserts something`,
  );
}

function check(
  ok: boolean,
  at: { readonly file: string; readonly line: number },
  wrong: string,
  right: string,
): Finding[] {
  return ok ? [] : [{ ...at, wrong, right }];
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
