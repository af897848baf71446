import assert from "node:assert/strict";
import { madeUpRow, madeUpValues } from "./test_rows.ts";
import { bothUs, breakEven, groupsOf, pairUs } from "./transpose_values.ts";

Deno.test("what is prepared is shared among uses, what is converted is not", () => {
  const kept = madeUpValues({ forwardUs: 10, backwardUs: 12, prepareMs: 1 });
  const converted = madeUpValues({ forwardUs: 10, backwardUs: 12, prepareMs: 0.4, convertMs: 0.6 });
  assert.deepEqual([pairUs(kept, 1), pairUs(kept, 100)], [1022, 32]);
  assert.deepEqual([pairUs(converted, 1), pairUs(converted, 100)], [1022, 626]);
  const { prepareMs: _, ...unknown } = kept;
  assert.equal(pairUs(unknown, 1), undefined);
  assert.equal(bothUs(unknown), 22);
});

Deno.test("a copy pays after as many uses as what it costs more is over what it saves", () => {
  const encoding = madeUpValues({ forwardUs: 20, backwardUs: 20, prepareMs: 1 });
  const copy = (forwardUs: number, prepareMs: number) =>
    breakEven(encoding, madeUpValues({ forwardUs, backwardUs: 15, prepareMs }));
  assert.equal(copy(15, 2), 100);
  assert.equal(copy(30, 2), Infinity, "it saves nothing");
  assert.equal(copy(15, 0.5), 0, "it costs nothing");
  assert.equal(copy(30, 0.5), Infinity, "what it saves at first is soon lost");
});

Deno.test("a group is of the matrices that all of its contenders have times of", () => {
  const groups = groupsOf([
    madeUpRow("csb", { matrix: "a", n: 8 }),
    madeUpRow("csb", { matrix: "b", n: 8 }),
    madeUpRow("row-split", { matrix: "b", n: 8, forwardUs: 3 }),
    madeUpRow("csb", { matrix: "a", n: 16 }),
  ]);
  assert.deepEqual(groups.map(({ n, matrices }) => [n, matrices]), [[8, ["b"]], [16, ["a"]]]);
  assert.deepEqual(
    groups[0].contenders.get("row-split")?.map(({ forwardUs }) => forwardUs),
    [3],
  );
});
