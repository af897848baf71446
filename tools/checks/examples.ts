import type { Finding } from "./finding.ts";

/** The part of `deno doc --json` that tells which public symbols have an example. */
export interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocumentedSymbol[] }>>;
}

interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly [Declaration, ...Declaration[]];
}

interface Declaration {
  readonly kind: string;
  readonly location: { readonly filename: string; readonly line: number };
  readonly jsDoc?: { readonly tags?: readonly { readonly kind: string; readonly doc?: string }[] };
}

/** A title, then a block that asserts something, or is marked as one that can't run by itself. */
const EXAMPLE = /^\S.*\n+```ts(?: ignore\n|\n[\s\S]*\bassert)/;

/**
 * Finds public functions without a titled example that asserts something, and public classes that
 * are in no such example: what is made by a function is best shown where it is made.
 */
export function missingExamples({ nodes }: Documentation, root: string): Finding[] {
  const symbols = Object.values(nodes).flatMap(({ symbols }) => symbols);
  const shown = symbols.flatMap(examplesOf).join("\n");
  const findings = symbols
    .filter((symbol) => !isError(symbol) && !isShown(symbol, shown))
    .map(({ name, declarations: [{ location }] }) => ({
      file: location.filename.slice(root.length),
      line: location.line,
      wrong: `the public ${name} has no example`,
      right: "@example <title>, then a ```ts block with an assertion",
    }));
  // One symbol may be public through more than one entry.
  return findings.filter(({ file, line }, i) =>
    findings.findIndex((other) => other.file === file && other.line === line) === i
  );
}

function isShown(symbol: DocumentedSymbol, shown: string): boolean {
  const { name, declarations: [{ kind }] } = symbol;
  if (kind === "class") return new RegExp(`\\b${name}\\b`).test(shown);
  return kind !== "function" || examplesOf(symbol).length > 0;
}

function examplesOf({ declarations }: DocumentedSymbol): string[] {
  return declarations
    .flatMap(({ jsDoc }) => jsDoc?.tags ?? [])
    .filter(({ kind, doc = "" }) => kind === "example" && EXAMPLE.test(doc))
    .map(({ doc = "" }) => doc);
}

/** Error classes differ from `Error` by their name alone; their example is wherever they are thrown. */
function isError({ name }: DocumentedSymbol): boolean {
  return name.endsWith("Error");
}
