import assert from "node:assert/strict";
import { dense } from "./dense.ts";
import { FormatError } from "./errors.ts";
import { readMatrixFile, writeMatrixFile } from "./matrix_file.ts";
import { ParseError } from "./parse_error.ts";
import { randomCsr, randomDense } from "./random.ts";

const a = randomCsr({ rows: 21, cols: 34, density: 0.2, seed: 1 });
const b = randomDense(8, 5, 2);

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("every format is written and read back by its extension, plain and gzip", () =>
  inFolder(async (folder) => {
    for (const zip of ["", ".gz"]) {
      for (const extension of [".mtx", ".tsv"]) {
        const path = `${folder}/a${extension}${zip}`;
        await writeMatrixFile(path, a);
        assert.deepEqual(await readMatrixFile(path, { shape: { rows: 21, cols: 34 } }), a);
      }
      for (const extension of [".mtx", ".npy"]) {
        const path = `${folder}/b${extension}${zip}`;
        await writeMatrixFile(path, b);
        assert.deepEqual(await readMatrixFile(path), b);
      }
      await writeMatrixFile(`${folder}/a.smtx${zip}`, a);
      const ones = await readMatrixFile(`${folder}/a.smtx${zip}`, { values: "ones" });
      assert.deepEqual(ones, { ...a, values: a.values.map(() => 1) });
    }
  }));

Deno.test("a .gz file is gzip, and any other is not", () =>
  inFolder(async (folder) => {
    for (const [name, first] of [["a.mtx.gz", 0x1f], ["a.mtx", 0x25]] as const) {
      await writeMatrixFile(`${folder}/${name}`, a);
      assert.equal((await Deno.readFile(`${folder}/${name}`))[0], first);
    }
  }));

Deno.test("a write that fails leaves the old file and nothing beside it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/b.mtx.gz`;
    await writeMatrixFile(path, b);
    const broken = dense(100, 300, new Float32Array(30_000).fill(NaN, 29_999));
    await assert.rejects(writeMatrixFile(path, broken), FormatError);
    assert.deepEqual(Array.from(Deno.readDirSync(folder), (entry) => entry.name), ["b.mtx.gz"]);
    assert.deepEqual(await readMatrixFile(path), b);
  }));

Deno.test("errors name the file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/bad.mtx`;
    await Deno.writeTextFile(path, "%%MatrixMarket matrix coordinate real general\n1 1 1\n1 2 3\n");
    await assert.rejects(
      readMatrixFile(path),
      (error) => error instanceof ParseError && error.message.includes(`${path}, line 3`),
    );
  }));

Deno.test("a file is closed whether it is read to its end or refused", () =>
  inFolder(async (folder) => {
    const path = `${folder}/long.mtx`;
    await Deno.writeTextFile(path, "no header\n".repeat(100_000));
    await assert.rejects(readMatrixFile(path), ParseError);
    await writeMatrixFile(path, a);
    await readMatrixFile(path);
  }));

Deno.test("what no format can hold is refused before anything is written", () =>
  inFolder(async (folder) => {
    await assert.rejects(writeMatrixFile(`${folder}/a.npy`, a), /goes to .mtx, .tsv or .smtx/);
    await assert.rejects(writeMatrixFile(`${folder}/b.tsv`, b), /goes to .npy or .mtx/);
    await assert.rejects(writeMatrixFile(`${folder}/a.csv`, a), /one of .mtx/);
    await assert.rejects(readMatrixFile(`${folder}/a.csv`), /one of .mtx/);
    await assert.rejects(readMatrixFile(`${folder}/a.tsv`), /needs a shape/);
    await assert.rejects(readMatrixFile(`${folder}/none.mtx`), Deno.errors.NotFound);
    assert.equal(Array.from(Deno.readDirSync(folder)).length, 0);
  }));
