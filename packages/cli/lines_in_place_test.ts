import assert from "node:assert/strict";
import { linesInPlace } from "./lines_in_place.ts";

Deno.test("lines are drawn over those before, and cleared away by none", () => {
  const written: string[] = [];
  const lines = linesInPlace((text) => void written.push(text));
  lines.show([]);
  lines.show(["one", "two"]);
  lines.show(["three"]);
  lines.show([]);
  lines.show([]);
  assert.deepEqual(written, [
    "\x1b[Jone\ntwo\n",
    "\x1b[2F\x1b[Jthree\n",
    "\x1b[1F\x1b[J",
  ]);
});

Deno.test("what does not fit is cut, and lines that do not fit are counted", () => {
  const written: string[] = [];
  const lines = linesInPlace((text) => void written.push(text));
  lines.show(["abcdefghijklmnop", "b", "c", "d"], { columns: 12, rows: 4 });
  assert.deepEqual(written, ["\x1b[Jabcdefghijkl\nb\n… and 2 more\n"]);
});
