import assert from "node:assert/strict";
import fc from "fast-check";
import { readBits, wordCount, writeBits } from "./bit_stream.ts";
import { FIXED } from "./test_matrices.ts";

const anyNumbers = fc.integer({ min: 0, max: 32 }).chain((width) =>
  fc.tuple(
    fc.constant(width),
    fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { maxLength: 200 }),
  )
);

Deno.test("numbers of every width from 0 to 32 bits read back as written", () => {
  fc.assert(
    fc.property(anyNumbers, ([width, numbers]) => {
      const words = packed(width, numbers);
      assert.deepEqual(numbers.map((_, i) => readBits(words, width, i)), numbers);
    }),
    FIXED,
  );
});

Deno.test("number i takes the bits from i·width on, low bits of a word first", () => {
  fc.assert(
    fc.property(anyNumbers, ([width, numbers]) => {
      const stream = numbers.reduce((sum, n, i) => sum | (BigInt(n) << BigInt(i * width)), 0n);
      const expected = Array.from(
        { length: wordCount(numbers.length, width) },
        (_, word) => Number((stream >> BigInt(32 * word)) & 0xffff_ffffn),
      );
      assert.deepEqual([...packed(width, numbers)], expected);
    }),
    FIXED,
  );
});

Deno.test("ranges that begin at multiples of 32 may be written apart", () => {
  const numbers = Array.from({ length: 100 }, (_, i) => (i * 37) % 128);
  const words = new Uint32Array(wordCount(100, 7));
  for (const [begin, end] of [[64, 100], [0, 32], [32, 64]]) {
    const own = new Uint32Array(words.length);
    writeBits(own, 7, Uint32Array.from(numbers), begin, end);
    own.forEach((word, i) => {
      assert.ok(word === 0 || words[i] === 0, `word ${i} is written twice`);
      words[i] |= word;
    });
  }
  assert.deepEqual(words, packed(7, numbers));
});

Deno.test("widths of 8, 16 and 32 bits are little-endian bytes, half words and words", () => {
  const numbers = [1, 2, 3, 4, 5, 250, 7, 8];
  assert.deepEqual([...new Uint8Array(packed(8, numbers).buffer)], numbers);
  assert.deepEqual([...new Uint16Array(packed(16, numbers).buffer)], numbers);
  assert.deepEqual([...packed(32, numbers)], numbers);
});

function packed(width: number, numbers: number[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(wordCount(numbers.length, width));
  writeBits(words, width, Uint32Array.from(numbers), 0, numbers.length);
  return words;
}
