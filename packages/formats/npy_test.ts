import assert from "node:assert/strict";
import { type Dense, dense } from "./dense.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { randomDense } from "./random.ts";
import { allocatedBy, bytes, collected, gzipped, pieces, refuses } from "./reader_inputs.ts";

/** An .npy file with this header and these elements. */
function npy(
  header: string,
  elements: ArrayBufferView<ArrayBuffer> | number[] = [],
  version = 1,
): Uint8Array<ArrayBuffer> {
  const length = version === 1
    ? [header.length & 255, header.length >> 8]
    : [header.length & 255, header.length >> 8, 0, 0];
  const data = Array.isArray(elements)
    ? Uint8Array.from(elements)
    : new Uint8Array(elements.buffer);
  return Uint8Array.of(0x93, ...bytes("NUMPY"), version, 0, ...length, ...bytes(header), ...data);
}

const header = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;

const elements = async (file: Uint8Array<ArrayBuffer>) => [...(await readNpy(file)).data];

Deno.test("every element type is read, as f32", async () => {
  const cases: [string, ArrayBufferView<ArrayBuffer>][] = [
    ["<f4", Float32Array.of(1.5, -2)],
    ["<f8", Float64Array.of(1.5, -2)],
    ["|i1", Int8Array.of(1, -2)],
    ["<i2", Int16Array.of(1, -2)],
    ["<i4", Int32Array.of(1, -2)],
    ["<i8", BigInt64Array.of(1n, -2n)],
    ["|u1", Uint8Array.of(1, 200)],
    ["<u2", Uint16Array.of(1, 60000)],
    ["<u4", Uint32Array.of(1, 4e9)],
    ["<u8", BigUint64Array.of(1n, 2n ** 40n)],
  ];
  for (const [descr, values] of cases) {
    const b = await readNpy(npy(header(descr, "1, 2"), values));
    const wanted = Array.from(values as unknown as ArrayLike<number | bigint>, Number);
    assert.deepEqual([...b.data], wanted, descr);
    assert.ok(b.data instanceof Float32Array);
  }
  assert.deepEqual(await elements(npy(header("|b1", "3,"), [0, 1, 255])), [0, 1, 1]);
});

Deno.test("f16 stays f16", async () => {
  const b = await readNpy(npy(header("<f2", "2, 2"), Float16Array.of(1, 0.1, -3, Infinity)));
  assert.ok(b.data instanceof Float16Array);
  assert.deepEqual([...b.data], [1, 0.0999755859375, -3, Infinity]);
});

Deno.test("f64 is rounded to f32, and refused beyond its range", async () => {
  assert.deepEqual(await elements(npy(header("<f8", "1,"), Float64Array.of(0.1))), [
    Math.fround(0.1),
  ]);
  await refuses(readNpy(npy(header("<f8", "1,"), Float64Array.of(1e300))), "number");
});

Deno.test("a column-major array is turned row-major", async () => {
  const file = npy(header("<i2", "2, 3", "True"), Int16Array.of(1, 4, 2, 5, 3, 6));
  assert.deepEqual(await elements(file), [1, 2, 3, 4, 5, 6]);
});

Deno.test("a vector is a column, and versions 1 to 3 are read", async () => {
  for (const version of [1, 2, 3]) {
    const b = await readNpy(npy(header("<f4", "3,"), Float32Array.of(1, 2, 3), version));
    assert.deepEqual([b.rows, b.cols], [3, 1]);
  }
});

Deno.test("damaged files are refused", async () => {
  const read = (file: Uint8Array<ArrayBuffer>) => readNpy(file, { name: "b.npy" });
  await refuses(read(bytes("")), "truncated");
  await refuses(read(bytes("this is no npy file")), "header");
  await refuses(read(npy(header("<f4", "1,"), [0, 0, 0, 0], 9)), "unsupported");
  await refuses(read(npy("{'descr': '<f4'}\n")), "header");
  await refuses(read(npy("garbage")), "header");
  await refuses(read(npy(header(">f4", "1,"), [0, 0, 0, 0])), "unsupported");
  await refuses(read(npy(header("<c8", "1,"), [0, 0, 0, 0])), "unsupported");
  await refuses(read(npy(header("|O", "1,"))), "unsupported");
  await refuses(read(npy(header("<f4", ""))), "unsupported");
  await refuses(read(npy(header("<f4", "1, 1, 1"))), "unsupported");
  await refuses(read(npy(header("<f4", "2, 2"), [0, 0, 0, 0])), "truncated");
  await refuses(read(npy(header("<f4", "1,"), [0, 0, 0, 0, 0])), "count");
  await refuses(read(npy(header("<f4", `${"9".repeat(20)},`))), "unsupported");
  await refuses(read(npy(header("<f4", "4000000000, 4000"), [0])), "size");
  const whole = await gzipped(npy(header("<f4", "3,"), Float32Array.of(1, 2, 3)));
  await refuses(read(whole.slice(0, -8)), "truncated");
});

Deno.test("a shape that is declared and not there takes no memory", async () => {
  const file = npy(header("<f4", "30000, 30000"), [1, 2, 3]);
  const taken = await allocatedBy(() => refuses(readNpy(file), "truncated"));
  assert.ok(taken > 2 ** 16 && taken < 2 ** 18, `${taken}`);
});

Deno.test("what is written is read back bit for bit, in f32 and f16", async () => {
  const wide = randomDense(123, 457, 1);
  const odd = dense(1, 4, Float32Array.of(NaN, -0, Infinity, 2 ** -149));
  const half: Dense = dense(3, 5, Float16Array.from(randomDense(3, 5, 2).data));
  const none = dense(0, 3);
  for (const b of [wide, odd, half, none]) {
    const file = await collected(writeNpy(b));
    assert.equal(file.length % 2, 0);
    assert.deepEqual(await readNpy(pieces(file, [1, 50_001])), b);
  }
});
