import { type Finding, lineAt } from "./finding.ts";
import type { Workspace } from "./workspace.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly wrong: string;
  readonly right: string;
}

/** A letter in brackets keeps a pattern from finding itself. */
const RULES: readonly Rule[] = [
  {
    pattern: /\b(?:T[O]DO|F[I]XME|X[X]X)\b/g,
    wrong: "a note to self",
    right: "do it, or say in the README what falls short",
  },
  {
    pattern: /@ts-(?:i[g]nore|e[x]pect-error|n[o]check)\b|(?:deno|dprint)-(?:lint|fmt)?-?i[g]nore/g,
    wrong: "a suppressed rule",
    right: "code that the rule accepts",
  },
  {
    pattern: /(?<![\w.~-])\/(?:w[o]rk|t[m]p|h[o]me)\/[\w]/g,
    wrong: "a path of one machine",
    right: "a path from the root of the repository, or a variable",
  },
];

/** Finds words that have no place in code or documentation. */
export function wording({ files }: Workspace): Finding[] {
  return [...files].flatMap(([file, text]) =>
    RULES.flatMap(({ pattern, wrong, right }) =>
      [...text.matchAll(pattern)].map(({ index, 0: word }) => ({
        file,
        line: lineAt(text, index),
        wrong: `${wrong}, "${word}"`,
        right,
      }))
    )
  );
}
