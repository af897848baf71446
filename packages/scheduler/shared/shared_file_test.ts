import assert from "node:assert/strict";
import fc from "fast-check";
import { SharedFileError } from "../errors.ts";
import type { NamedArray, SharedArray } from "./shared_arrays.ts";
import { openSharedFile, writeSharedFile } from "./shared_file.ts";

const arrays = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((values): SharedArray => Uint8Array.from(values)),
  fc.uint16Array({ maxLength: 200 }).map((values): SharedArray => Uint16Array.from(values)),
  fc.uint32Array({ maxLength: 200 }).map((values): SharedArray => Uint32Array.from(values)),
  fc.float32Array({ maxLength: 200 }).map((values): SharedArray => Float32Array.from(values)),
);

Deno.test("arrays come back as they were, whatever their types and lengths", async () => {
  const path = await Deno.makeTempFile();
  await fc.assert(
    fc.asyncProperty(fc.array(arrays, { maxLength: 5 }), fc.json(), async (written, text) => {
      const about: unknown = JSON.parse(text);
      const named = written.map((array, i) => ({ name: `array ${i}`, array }));
      const bytes = await writeSharedFile(path, { about, arrays: named });
      assert.equal((await Deno.stat(path)).size, bytes);
      using file = await openSharedFile(path);
      assert.deepEqual(file.about, about);
      assert.deepEqual(file.names, named.map(({ name }) => name));
      for (const { name, array } of named.toReversed()) {
        assert.deepEqual(await file.read(name), array);
      }
    }),
    { seed: 4, numRuns: 50 },
  );
  await Deno.remove(path);
});

Deno.test("a part of a larger array is written alone, and arrays may be made one by one", async () => {
  const path = await Deno.makeTempFile();
  const large = Uint32Array.from({ length: 10 }, (_, i) => i * i);
  async function* made(): AsyncGenerator<NamedArray> {
    yield { name: "part", array: large.subarray(3, 6) };
    await Promise.resolve();
    yield { name: "none", array: new Float32Array(0) };
  }
  await writeSharedFile(path, { about: null, arrays: made() });
  using file = await openSharedFile(path);
  assert.deepEqual(await file.read("part"), Uint32Array.of(9, 16, 25));
  assert.deepEqual(await file.read("none"), new Float32Array(0));
  await assert.rejects(file.read("whole"), SharedFileError);
  await Deno.remove(path);
});

Deno.test("every byte that is flipped and every cut is noticed", async () => {
  const path = await Deno.makeTempFile();
  const array = Uint32Array.from({ length: 5 }, (_, i) => 1000 + i);
  await writeSharedFile(path, { about: { layers: 1 }, arrays: [{ name: "a", array }] });
  const good = await Deno.readFile(path);
  const read = async (bytes: Uint8Array): Promise<void> => {
    await Deno.writeFile(path, bytes);
    using file = await openSharedFile(path);
    await file.read("a");
  };
  for (let at = 0; at < good.length; at++) {
    const padding = at >= 24 && at < 64; // nothing is said there
    if (padding) continue;
    const damaged = good.slice();
    damaged[at] ^= 0x41;
    await assert.rejects(read(damaged), SharedFileError, `byte ${at}`);
  }
  for (const length of [0, 20, 40, 70, good.length - 1]) {
    await assert.rejects(read(good.subarray(0, length)), SharedFileError, `cut at ${length}`);
  }
  await Deno.remove(path);
});

Deno.test("a file whose writer has not finished is told apart", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, new Uint8Array(500));
  await assert.rejects(openSharedFile(path), /writer has not finished/);
  await Deno.remove(path);
  await assert.rejects(openSharedFile(path), SharedFileError);
});
