import assert from "node:assert/strict";
import { formatFinding } from "./finding.ts";
import { brokenRules } from "./house_rules.ts";

function broken(source: string, file = "packages/one/one.ts"): string[] {
  return brokenRules(file, source).map(formatFinding);
}

const OUT_OF_FORM = "packages/one/one.ts:1: An error message out of form (house/error-message): " +
  "Cannot <action>: <what is wrong>: received <value>";
const BARE = "packages/one/one.ts:1: A bare Error (house/error-message): Throw a typed error class";

Deno.test("an error message in the house's form passes", () => {
  const good = [
    'throw new ShapeError("Cannot multiply: n must be positive: received 0");',
    "throw new ShapeError(`Cannot multiply: n must be positive: received ${n}`);",
    'throw new FormatError("csr", "order", `Cannot check ${name}: ` + "row 3 is unsorted");',
    "throw new ParseError({ file }, finding);",
  ];
  for (const source of good) assert.deepEqual(broken(source), [], source);
});

Deno.test("an error message in another form is found", () => {
  const bad = [
    'throw new ShapeError("n must be positive");',
    "throw new ShapeError(`${n} is not positive`);",
    'throw new FormatError("csr", "order", "row 3 is unsorted");',
  ];
  for (const source of bad) assert.deepEqual(broken(source), [OUT_OF_FORM], source);
});

Deno.test("a bare Error is found, except in tests", () => {
  const source = 'throw new Error("Cannot go on: it is late");';
  assert.deepEqual(broken(source), [BARE]);
  assert.deepEqual(broken(source, "packages/one/one_test.ts"), []);
});

Deno.test("a default export is found", () => {
  assert.deepEqual(broken("const one = 1;\nexport default one;"), [
    "packages/one/one.ts:2: A default export (house/no-default-export): Export it by its name",
  ]);
});
