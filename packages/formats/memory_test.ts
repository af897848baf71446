import assert from "node:assert/strict";
import { readMatrixMarket } from "./matrix_market.ts";
import { randomCsr } from "./random.ts";
import { allocatedBy, bytes } from "./reader_inputs.ts";
import { writeMatrixMarket } from "./write_text.ts";

interface Probe {
  readonly textBytes: number;
  readonly entries: number;
  readonly rise: number;
}

async function probe(kind: "entries" | "comments" | "comments.gz"): Promise<Probe> {
  const script = new URL("./memory_probe.ts", import.meta.url).pathname;
  const args = ["run", "--no-check", script, kind];
  const { success, stdout, stderr } = await new Deno.Command("deno", { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const MEBIBYTE = 2 ** 20;

const ignore = Deno.permissions.querySync({ name: "run", command: "deno" }).state !== "granted";
const skipped = ignore ? " (skipped: deno may not be run)" : "";

Deno.test({
  name: `128 MiB of text that says little take little memory${skipped}`,
  ignore,
  fn: async () => {
    for (const kind of ["comments", "comments.gz"] as const) {
      const { textBytes, rise } = await probe(kind);
      assert.ok(textBytes > 128 * MEBIBYTE);
      assert.ok(rise < 64 * MEBIBYTE, `${kind}: ${rise / MEBIBYTE} MiB`);
    }
  },
});

Deno.test({
  name: `reading takes less than twice the text, and 20 bytes an entry and some room${skipped}`,
  ignore,
  fn: async () => {
    const { textBytes, entries, rise } = await probe("entries");
    assert.ok(textBytes > 100e6);
    assert.ok(rise < 2 * textBytes, `${rise} for ${textBytes}`);
    assert.ok(rise < 20 * entries + 96 * MEBIBYTE, `${rise} for ${entries} entries`);
  },
});

Deno.test("all arrays made on the way take less than 40 bytes an entry, and nothing by the text", async () => {
  const a = randomCsr({ rows: 3000, cols: 500, density: 0.2, seed: 1 });
  const note = bytes(`%${"x".repeat(1000)}\n`.repeat(1000));
  const text = new Blob([
    "%%MatrixMarket matrix coordinate real general\n",
    ...Array<Uint8Array<ArrayBuffer>>(30).fill(note),
    (await new Response(writeMatrixMarket(a)).text()).replace(/^.*\n/, ""),
  ]);
  const taken = await allocatedBy(() => readMatrixMarket(text.stream()));
  assert.ok(text.size > 30e6);
  assert.ok(taken < 40 * a.values.length + 2 ** 20, `${taken} for ${a.values.length} entries`);
});
