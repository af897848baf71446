import assert from "node:assert/strict";
import { joined, remembered } from "./remembered.ts";

Deno.test("remembered() writes each text once", () => {
  let written = 0;
  const code = remembered((threads: number, isLast: boolean) => {
    written += 1;
    return `${threads}${isLast ? "." : ","}`;
  });
  assert.deepEqual([code(32, true), code(32, false), code(32, true)], ["32.", "32,", "32."]);
  assert.equal(written, 2);
});

Deno.test("remembered() keeps apart what only looks alike when put together", () => {
  const code = remembered((first: string, second: string | number) => `${first}|${second}`);
  assert.deepEqual([code("a\nb", "c"), code("a", "b\nc"), code("a", "1"), code("a", 1)], [
    "a\nb|c",
    "a|b\nc",
    "a|1",
    "a|1",
  ]);
});

Deno.test("joined() puts texts one after the other, in their order", () => {
  assert.deepEqual([joined("a", "b"), joined("b", "a"), joined("a", "b")], ["ab", "ba", "ab"]);
});
