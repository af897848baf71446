import { renderSvg } from "@spmm/figures";
import type { KeptRow } from "@spmm/runner";
import assert from "node:assert/strict";
import { networkFigures } from "./figures.ts";
import { networkFindings } from "./findings.ts";
import type { NetworkValues } from "./network_tables.ts";

const POINT = { parameters: { layers: 120 }, device: "a GPU" };
const SIZE = { processor: "gpu", inputs: 1200, layers: 120, survivors: 19 } as const;

function measured(contender: string, medianMs: number): KeptRow<NetworkValues> {
  return {
    ...POINT,
    contender,
    outcome: "measured",
    values: {
      ...{ ...SIZE, ran: contender, clock: "gpu", medianMs, spreadMs: 0.1, hostMs: 9 },
      ...{ teraEdgesPerSecond: 4.72 / medianMs, inspectMs: 1, encodingBytes: 8 },
    },
  };
}

const WRONG: KeptRow<NetworkValues> = {
  ...POINT,
  ...{ contender: "csb", outcome: "failed", reason: "found 18 survivors, official are 19" },
  values: { ...SIZE, survivors: 18 },
};

Deno.test("bars show who found the official survivors, the fastest first", async () => {
  const [{ name, figure }, ...others] = networkFigures([
    measured("merge", 4),
    WRONG,
    measured("row-split", 2),
  ]);
  assert.deepEqual([name, others], ["time-by-kernel", []]);
  assert.match(figure.title, /19 official survivors/);
  assert.match(figure.description, /fastest is row-split with 2\.00 ms, 2\.36 TeraEdges/);
  const spec = JSON.stringify(figure.spec);
  assert.match(spec, /row-split.*merge/);
  assert.doesNotMatch(spec, /csb/);
  assert.match(await renderSvg(figure), /^<svg/);
});

Deno.test("findings say whether every kernel found them, and name who did not", () => {
  const right = [measured("merge", 4), measured("row-split", 2)];
  assert.match(
    networkFindings(right)[0],
    /^2 of 2 kernels .* exactly the official survivors;.* row-split, in 2\.00 ms, 2\.36 TeraEdges\/s/,
  );
  assert.match(networkFindings([...right, WRONG])[0], /^2 of 3 kernels .* not: csb/);
});

Deno.test("without rows there is no figure", () => {
  assert.deepEqual([networkFigures([]), networkFigures([WRONG])], [[], []]);
});
