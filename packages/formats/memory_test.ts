import assert from "node:assert/strict";

interface Probe {
  readonly textBytes: number;
  readonly entries: number;
  readonly rise: number;
}

async function probe(kind: "entries" | "comments" | "comments.gz"): Promise<Probe> {
  const script = new URL("./memory_probe.ts", import.meta.url).pathname;
  const args = ["run", "--no-check", script, kind];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const MEBIBYTE = 2 ** 20;

Deno.test("128 MiB of text that says little take little memory", async () => {
  for (const kind of ["comments", "comments.gz"] as const) {
    const { textBytes, rise } = await probe(kind);
    assert.ok(textBytes > 128 * MEBIBYTE);
    assert.ok(rise < 64 * MEBIBYTE, `${kind}: ${rise / MEBIBYTE} MiB`);
  }
});

Deno.test("reading takes less than twice the text, and 20 bytes an entry and some room", async () => {
  const { textBytes, entries, rise } = await probe("entries");
  assert.ok(textBytes > 100e6);
  assert.ok(rise < 2 * textBytes, `${rise} for ${textBytes}`);
  assert.ok(rise < 20 * entries + 96 * MEBIBYTE, `${rise} for ${entries} entries`);
});
