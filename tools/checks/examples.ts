import type { Finding } from "./finding.ts";

/** The part of `deno doc --json` that tells which public symbols have an example. */
export interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocumentedSymbol[] }>>;
}

interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly location: { readonly filename: string; readonly line: number };
    readonly jsDoc?: {
      readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
    };
  }[];
}

const KINDS = new Set(["function", "class"]);

/** Finds public functions and classes without a titled example that asserts something. */
export function missingExamples({ nodes }: Documentation, root: string): Finding[] {
  const findings = Object.values(nodes)
    .flatMap(({ symbols }) => symbols)
    .filter((symbol) => !hasExample(symbol) && !isError(symbol))
    .flatMap(({ name, declarations }) =>
      declarations.filter(({ kind }) => KINDS.has(kind)).slice(0, 1).map(({ location }) => ({
        file: location.filename.slice(root.length),
        line: location.line,
        wrong: `the public ${name} has no example`,
        right: "@example <title>, then a ```ts block with an assertion",
      }))
    );
  // One symbol may be public through more than one entry.
  return findings.filter(({ file, line }, i) =>
    findings.findIndex((other) => other.file === file && other.line === line) === i
  );
}

function hasExample({ declarations }: DocumentedSymbol): boolean {
  return declarations.some(({ jsDoc }) =>
    jsDoc?.tags?.some(({ kind, doc }) =>
      kind === "example" && /^\S.*\n+```ts\n[\s\S]*\bassert/.test(doc ?? "")
    )
  );
}

/** Error classes differ from `Error` by their name alone; their example is wherever they are thrown. */
function isError({ name }: DocumentedSymbol): boolean {
  return name.endsWith("Error");
}
