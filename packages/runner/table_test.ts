import assert from "node:assert/strict";
import { renderTable } from "./table.ts";

Deno.test("numbers stand to the right with three digits that count, text to the left", () => {
  const text = renderTable({
    title: "Sizes",
    columns: [{ heading: "name" }, { heading: "value" }, { heading: "exact", digits: 6 }],
    rows: [["one", 1234.5678, 1234.5678], ["two", 0.000123456, 2], ["three", undefined, 0.5]],
  });
  assert.equal(
    text,
    [
      "Sizes",
      "",
      "name      value     exact",
      "one        1230   1234.57",
      "two    0.000123         2",
      "three         –  0.500000",
      "",
    ].join("\n"),
  );
});

Deno.test("a table without rows is its headings", () => {
  assert.equal(
    renderTable({ title: "None", columns: [{ heading: "a" }], rows: [] }),
    "None\n\na\n",
  );
});
