import fc from "fast-check";
import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { FORMATS, fromCsr } from "./convert.ts";
import { FormatError } from "./errors.ts";
import { readNpz, writeNpz } from "./npz.ts";
import { ParseError } from "./parse_error.ts";
import { randomCsr } from "./random.ts";

const bytesOf = async (a: Parameters<typeof writeNpz>[0]) =>
  await new Response(writeNpz(a)).bytes();

Deno.test("a matrix in any format is read back as it was written", async () => {
  const shapes = fc.record({
    rows: fc.integer({ min: 0, max: 30 }),
    cols: fc.integer({ min: 0, max: 30 }),
    density: fc.constantFrom(0, 0.1, 0.6, 1),
    seed: fc.nat(99),
    format: fc.constantFrom(...FORMATS),
  });
  const property = fc.asyncProperty(shapes, async ({ format, ...shape }) => {
    const a = fromCsr(randomCsr(shape), format, { blockHeight: 3 });
    assert.deepEqual(await readNpz(writeNpz(a)), a);
  });
  await fc.assert(property, { seed: 4, numRuns: 150 });
});

Deno.test("the same matrix makes the same bytes", async () => {
  const a = randomCsr({ rows: 20, cols: 10, density: 0.3, seed: 1 });
  assert.deepEqual(await bytesOf(a), await bytesOf(a));
});

Deno.test("CSR has the members that SciPy looks for", async () => {
  const text = new TextDecoder("latin1").decode(
    await bytesOf(randomCsr({ rows: 5, cols: 6, density: 0.5, seed: 1 })),
  );
  for (const name of ["format", "shape", "data", "indices", "indptr"]) {
    assert.ok(text.includes(`${name}.npy`), name);
  }
  assert.match(text, /'descr': '\|S3', 'fortran_order': False, 'shape': \(\), \}/);
  assert.match(text, /'descr': '<i8', 'fortran_order': False, 'shape': \(2,\), \}/);
});

Deno.test("damage anywhere is a typed error or the same matrix, never a crash", async () => {
  const a = fromCsr(randomCsr({ rows: 9, cols: 8, density: 0.4, seed: 1 }), "csb");
  const whole = await bytesOf(a);
  const damage = fc.record({
    at: fc.nat(whole.length - 1),
    byte: fc.nat(255),
    length: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
  });
  const property = fc.asyncProperty(damage, async ({ at, byte, length }) => {
    const bytes = whole.slice(0, length);
    if (at < length) bytes[at] = byte;
    try {
      assert.deepEqual(await readNpz(bytes), a);
    } catch (error) {
      assert.ok(error instanceof ParseError || error instanceof FormatError, `${error}`);
    }
  });
  await fc.assert(property, { seed: 5, numRuns: 1500 });
});

Deno.test("any bytes at all are refused with a typed error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await assert.rejects(readNpz(new Uint8Array(bytes)), ParseError);
    }),
    { seed: 6, numRuns: 300 },
  );
});

Deno.test("an archive that expands to more than the limit is refused before it is expanded", async () => {
  const a = randomCsr({ rows: 50, cols: 50, density: 0.5, seed: 1 });
  await assert.rejects(readNpz(writeNpz(a), { limits: { entries: 100 } }), (error) => {
    return error instanceof ParseError && error.fault === "size";
  });
});

/** What `scipy.sparse.save_npz` makes by default: members that are deflated. */
function deflated(archive: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(archive.buffer);
  const out: number[] = [];
  const directory: number[] = [];
  let count = 0;
  let at = 0;
  while (view.getUint32(at, true) === 0x04034b50) {
    const [size, names] = [view.getUint32(at + 22, true), view.getUint16(at + 26, true)];
    const header = archive.slice(at, at + 30 + names);
    const packed = deflateRawSync(archive.subarray(at + 30 + names, at + 30 + names + size));
    const local = new DataView(header.buffer);
    local.setUint16(8, 8, true);
    local.setUint32(18, packed.length, true);
    const central = new DataView(new ArrayBuffer(46));
    central.setUint32(0, 0x02014b50, true);
    new Uint8Array(central.buffer).set(header.subarray(4, 30), 6);
    central.setUint32(42, out.length, true);
    directory.push(...new Uint8Array(central.buffer), ...header.subarray(30));
    out.push(...header, ...packed);
    at += 30 + names + size;
    count++;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, count, true);
  end.setUint32(12, directory.length, true);
  end.setUint32(16, out.length, true);
  return Uint8Array.from([...out, ...directory, ...new Uint8Array(end.buffer)]);
}

Deno.test("deflated members are read as well", async () => {
  const a = randomCsr({ rows: 40, cols: 30, density: 0.2, seed: 1 });
  assert.deepEqual(await readNpz(deflated(await bytesOf(a))), a);
});
