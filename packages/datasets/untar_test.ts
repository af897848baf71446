import assert from "node:assert/strict";
import { DatasetError } from "./errors.ts";
import { entry, joined } from "./tar_for_tests.ts";
import { untar } from "./untar.ts";

const END = new Uint8Array(1024);

async function unpacked(
  parts: readonly Uint8Array<ArrayBuffer>[],
  strip: number,
  look: (folder: string) => Promise<void>,
  pieceBytes = 700,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const archive = await joined(parts);
  const pieces = Array.from(
    { length: Math.ceil(archive.length / pieceBytes) },
    (_, i) => archive.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
  try {
    await untar(ReadableStream.from(pieces), folder, strip);
    await look(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("files come out whole, however the archive comes in", async () => {
  const long = "x".repeat(3000) + "end";
  const parts = [
    ...entry("top/", "", "5"),
    ...entry("top/a/one.tsv", "1\t2\n", "0"),
    ...entry("top/two", long, "0"),
    ...entry("top/none", "", "\0"),
    END,
  ];
  for (const pieceBytes of [1, 512, 100_000]) {
    await unpacked(parts, 1, async (folder) => {
      assert.equal(await Deno.readTextFile(`${folder}/a/one.tsv`), "1\t2\n");
      assert.equal(await Deno.readTextFile(`${folder}/two`), long);
      assert.equal(await Deno.readTextFile(`${folder}/none`), "");
    }, pieceBytes);
  }
});

Deno.test("long names come out in full, in both of the ways in which they are written", async () => {
  const gnu = `dlmc/${"g".repeat(120)}`;
  const pax = `dlmc/${"p".repeat(120)}`;
  const record = `${` path=${pax}\n`.length + 3} path=${pax}\n`;
  const parts = [
    ...entry("././@LongLink", `${gnu}\0`, "L"),
    ...entry(gnu.slice(0, 99), "gnu", "0"),
    ...entry("PaxHeaders/x", record, "x"),
    ...entry(pax.slice(0, 99), "pax", "0"),
    END,
  ];
  await unpacked(parts, 0, async (folder) => {
    assert.equal(await Deno.readTextFile(`${folder}/${gnu}`), "gnu");
    assert.equal(await Deno.readTextFile(`${folder}/${pax}`), "pax");
  });
});

Deno.test("links are left out", async () => {
  await unpacked(
    [...entry("link", "", "2"), ...entry("file", "1", "0"), END],
    0,
    async (folder) => {
      const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
      assert.deepEqual(names, ["file"]);
    },
  );
});

for (const name of ["../out", "a/../../out", "/out", "C:/out"]) {
  Deno.test(`a name that leads out of the folder is refused: ${name}`, async () => {
    const never = () => Promise.reject(new TypeError("it was unpacked"));
    await assert.rejects(
      unpacked([...entry(name, "1", "0"), END], 0, never),
      (error) => error instanceof DatasetError && /must stay below/.test(error.message),
    );
  });
}

Deno.test("an archive that is damaged or cut short is refused", async () => {
  const whole = await joined([...entry("file", "1".repeat(900), "0"), END]);
  const never = () => Promise.reject(new TypeError("it was unpacked"));
  await assert.rejects(
    unpacked([whole.slice(0, 800)], 0, never),
    /received an archive that is cut/,
  );
  await assert.rejects(
    unpacked([whole.slice(0, 300)], 0, never),
    /received an archive that is cut/,
  );
  await assert.rejects(unpacked([whole.slice().fill(65, 3, 4)], 0, never), /have their checksums/);
});
