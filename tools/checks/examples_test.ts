import assert from "node:assert/strict";
import { type Documentation, missingExamples } from "./examples.ts";

const ROOT = "file:///repository/";

function documentation(name: string, kind: string, example?: string): Documentation {
  const tags = example === undefined ? [] : [{ kind: "example", doc: example }];
  const location = { filename: `${ROOT}packages/one/one.ts`, line: 7 };
  const symbols = [{ name, declarations: [{ kind, location, jsDoc: { tags } }] }];
  return { nodes: { [`${ROOT}packages/one/mod.ts`]: { symbols } } };
}

Deno.test("a titled example that asserts something is enough", () => {
  const example = "One\n```ts\nassert.equal(one(), 1);\n```";
  assert.deepEqual(missingExamples(documentation("one", "function", example), ROOT), []);
});

Deno.test("no example, one without a title and one that asserts nothing are found", () => {
  for (const example of [undefined, "```ts\nassert(true);\n```", "One\n```ts\none();\n```"]) {
    const [finding] = missingExamples(documentation("one", "class", example), ROOT);
    assert.equal(finding?.file, "packages/one/one.ts");
    assert.equal(finding.line, 7);
  }
});

Deno.test("types and error classes need no example", () => {
  assert.deepEqual(missingExamples(documentation("One", "interface"), ROOT), []);
  assert.deepEqual(missingExamples(documentation("OneError", "class"), ROOT), []);
});
