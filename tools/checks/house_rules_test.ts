import assert from "node:assert/strict";
import houseRules from "./house_rules.ts";

function broken(source: string, file = "packages/one/one.ts"): string[] {
  return Deno.lint.runPlugin(houseRules, file, source).map(({ id }) => id);
}

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
  for (const source of bad) assert.deepEqual(broken(source), ["house/error-message"], source);
});

Deno.test("a bare Error is found, except in tests", () => {
  const source = 'throw new Error("Cannot go on: it is late");';
  assert.deepEqual(broken(source), ["house/error-message"]);
  assert.deepEqual(broken(source, "packages/one/one_test.ts"), []);
});

Deno.test("a default export is found", () => {
  assert.deepEqual(broken("export default 1;"), ["house/no-default-export"]);
});
