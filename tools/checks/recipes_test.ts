import assert from "node:assert/strict";
import { addAfter, RecipeError, recipeSteps } from "./recipes.ts";

Deno.test("recipeSteps() takes the blocks that name a file, whatever stands inside", () => {
  const page = [
    "````md ignore file=a/README.md",
    "```ts",
    "inner;",
    "```",
    "````",
    "```ts",
    "not a step;",
    "```",
    '```ts ignore file=b.ts after="export const"',
    "line;",
    "```",
  ].join("\n");
  assert.deepEqual(recipeSteps(page), [
    { file: "a/README.md", text: "```ts\ninner;\n```\n" },
    { file: "b.ts", text: "line;\n", after: "export const" },
  ]);
});

Deno.test("addAfter() adds below the one line that begins so", () => {
  const step = { file: "b.ts", text: "c\n", after: "a" };
  assert.equal(addAfter("a 1\nb\n", step), "a 1\nc\nb\n");
  assert.throws(() => addAfter("a 1\na 2\n", step), RecipeError);
  assert.throws(() => addAfter("b\n", step), RecipeError);
});
