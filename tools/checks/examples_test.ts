import assert from "node:assert/strict";
import type { Finding } from "./finding.ts";
import { type Documentation, missingExamples } from "./examples.ts";

const ROOT = "file:///repository/";

const LOCATION = { filename: `${ROOT}packages/one/one.ts`, line: 7 };

type DocumentedSymbol = Documentation["nodes"][string]["symbols"][number];

function documented(name: string, kind: string, ...examples: string[]): DocumentedSymbol {
  const tags = examples.map((doc) => ({ kind: "example", doc }));
  return { name, declarations: [{ kind, location: LOCATION, jsDoc: { tags } }] };
}

function findings(...symbols: DocumentedSymbol[]): Finding[] {
  return missingExamples({ nodes: { [`${ROOT}packages/one/mod.ts`]: { symbols } } }, ROOT);
}

Deno.test("a titled example that asserts something is enough", () => {
  const example = "One\n```ts\nassert.equal(one(), 1);\n```";
  assert.deepEqual(findings(documented("one", "function", example)), []);
});

Deno.test("an example may say that it can't run by itself", () => {
  const example = "A test file\n```ts ignore\ntestOne();\n```";
  assert.deepEqual(findings(documented("testOne", "function", example)), []);
});

Deno.test("no example, one without a title and one that asserts nothing are found", () => {
  for (const examples of [[], ["```ts\nassert(true);\n```"], ["One\n```ts\none();\n```"]]) {
    const [finding] = findings(documented("one", "function", ...examples));
    assert.equal(finding?.file, "packages/one/one.ts");
    assert.equal(finding.line, 7);
  }
});

Deno.test("a class is shown by an example that names it, its own or another's", () => {
  assert.equal(findings(documented("One", "class")).length, 1);
  const one = documented("one", "function", "One\n```ts\nassert(one() instanceof One);\n```");
  assert.deepEqual(findings(documented("One", "class"), one), []);
});

Deno.test("types and error classes need no example", () => {
  assert.deepEqual(findings(documented("One", "interface")), []);
  assert.deepEqual(findings(documented("OneError", "class")), []);
});
