import fc from "fast-check";
import { readCategories, readGraphChallenge, readNumbers } from "./graph_challenge.ts";
import { readMatrixMarket } from "./matrix_market.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { dense } from "./dense.ts";
import { randomCsr, randomDense } from "./random.ts";
import { bytes, collected, gzipped, isReadOrRefused, pieces } from "./reader_inputs.ts";
import { readSmtx } from "./smtx.ts";
import { writeGraphChallenge, writeMatrixMarket, writeSmtx } from "./write_text.ts";

type Bytes = Uint8Array<ArrayBuffer>;

// Sizes are declared at random here: what is allowed to be empty must stay small for the
// property to be quick. That the defaults hold is tested with the readers.
const limits = { emptyRows: 1000, entries: 10_000 };
const shape = { rows: 12, cols: 9 };
const a = randomCsr({ ...shape, density: 0.3, seed: 1 });

const READERS = {
  "Matrix Market": (data: Bytes) => readMatrixMarket(data, { limits }),
  "Matrix Market, duplicates summed": (data: Bytes) =>
    readMatrixMarket(data, { limits, duplicates: "sum" }),
  "SMTX": (data: Bytes) => readSmtx(data, { limits }),
  "Graph Challenge": (data: Bytes) => readGraphChallenge(data, { ...shape, limits }),
  "a list of numbers": async (data: Bytes) => {
    const numbers = await readNumbers(data, { limits });
    return dense(1, numbers.length, numbers);
  },
  "categories": async (data: Bytes) => {
    const categories = await readCategories(data, { limits });
    return dense(1, categories.length, Float32Array.from(categories));
  },
  "NumPy": (data: Bytes) => readNpy(data, { limits }),
};

const VALID: Bytes[] = [
  await collected(writeMatrixMarket(a)),
  await collected(writeMatrixMarket(randomDense(4, 3, 2))),
  bytes("%%MatrixMarket matrix coordinate pattern symmetric\n% c\n4 4 3\n2 1\r\n3 3\n\n4 2\n"),
  bytes("%%MatrixMarket matrix array integer skew-symmetric\n3 3\n1\n-2\n3\n"),
  await collected(writeSmtx(a)),
  await collected(writeGraphChallenge(a)),
  bytes("1\n2\n17\n"),
  await collected(writeNpy(randomDense(3, 4, 3))),
];

const anyBytes = fc.uint8Array({ maxLength: 200 }) as fc.Arbitrary<Bytes>;

/** A valid file with a few spots replaced by bytes that mean something, then cut. */
const damagedFile: fc.Arbitrary<Bytes> = fc.record({
  file: fc.constantFrom(...VALID),
  damages: fc.array(
    fc.record({
      at: fc.nat(),
      removed: fc.nat(3),
      put: fc.oneof(
        fc.constantFrom("\n", " ", "0", "-", "9".repeat(25), "1e99", "nan", ",", "%", "\0", "."),
        fc.string({ maxLength: 4 }),
      ),
    }),
    { maxLength: 4 },
  ),
  cut: fc.option(fc.nat(), { nil: undefined }),
}).map(({ file, damages, cut }) => {
  let damaged = [...file];
  for (const { at, removed, put } of damages) {
    damaged.splice(at % (damaged.length + 1), removed, ...bytes(put));
  }
  if (cut !== undefined) damaged = damaged.slice(0, cut % (damaged.length + 1));
  return Uint8Array.from(damaged);
});

const anySize = fc.oneof(
  fc.nat(5),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 1e300),
).map((size) => BigInt(size));

/** Tiny files that promise anything. */
const promisingFile: fc.Arbitrary<Bytes> = fc.tuple(anySize, anySize, anySize).chain((sizes) => {
  const [rows, cols, count] = sizes;
  return fc.constantFrom(
    `%%MatrixMarket matrix coordinate real general\n${rows} ${cols} ${count}\n1 1 1\n`,
    `%%MatrixMarket matrix coordinate pattern symmetric\n${rows} ${rows} ${count}\n1 1\n`,
    `%%MatrixMarket matrix array real symmetric\n${rows} ${rows}\n1\n`,
    `%%MatrixMarket matrix array real general\n${rows} ${cols}\n1\n`,
    `${rows}, ${cols}, ${count}\n0 1\n0\n`,
  ).map(bytes);
});

const settings = { seed: 5, numRuns: 300 };

for (const [name, read] of Object.entries(READERS)) {
  Deno.test(`${name}: any bytes are read or refused`, async () => {
    const property = fc.asyncProperty(anyBytes, (data) => isReadOrRefused(read(data)));
    await fc.assert(property, settings);
  });

  Deno.test(`${name}: damaged files of any format are read or refused`, async () => {
    const property = fc.asyncProperty(damagedFile, (data) => isReadOrRefused(read(data)));
    await fc.assert(property, { ...settings, numRuns: 1500 });
  });

  Deno.test(`${name}: whatever is promised, nothing is taken that is not there`, async () => {
    const property = fc.asyncProperty(promisingFile, (data) => isReadOrRefused(read(data)));
    await fc.assert(property, settings);
  });
}

Deno.test("gzip, cut or damaged anywhere, is read or refused", async () => {
  const packed = await Promise.all(VALID.map(gzipped));
  const file = fc.tuple(fc.constantFrom(...packed), fc.nat(), fc.nat(255), fc.boolean());
  const property = fc.asyncProperty(file, async ([whole, at, byte, isCut]) => {
    const damaged = isCut ? whole.slice(0, at % whole.length) : whole.slice();
    if (!isCut) damaged[at % whole.length] = byte;
    for (const read of Object.values(READERS)) await isReadOrRefused(read(damaged));
  });
  await fc.assert(property, { seed: 6, numRuns: 150 });
});

Deno.test("the pieces a file comes in make no difference", async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  const property = fc.asyncProperty(damagedFile, lengths, async (data, lengths) => {
    const outcome = (reading: Promise<unknown>) => reading.catch((error: Error) => error.message);
    const whole = await outcome(readMatrixMarket(data, { limits }));
    const parts = await outcome(readMatrixMarket(pieces(data, lengths), { limits }));
    if (JSON.stringify(whole) !== JSON.stringify(parts)) throw new TypeError(`${whole} / ${parts}`);
  });
  await fc.assert(property, { seed: 7, numRuns: 300 });
});
