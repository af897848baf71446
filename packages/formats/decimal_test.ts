import assert from "node:assert/strict";
import fc from "fast-check";
import { parseFloat32, shortestFloat32 } from "./decimal.ts";

const parse = (text: string) => {
  const padded = new TextEncoder().encode(`#${text} 9`);
  return parseFloat32(padded, 1, padded.length - 2);
};

const float32Bits = fc.integer({ min: 0, max: 0xffffffff }).map((bits) =>
  new Float32Array(new Uint32Array([bits]).buffer)[0]
);

Deno.test("a decimal is rounded to f32 as the runtime rounds it", () => {
  const digits = fc.stringMatching(/^[0-9]{1,25}$/);
  const text = fc.tuple(
    fc.constantFrom("", "-", "+"),
    digits,
    fc.option(digits, { nil: undefined }),
    fc.option(fc.integer({ min: -60, max: 45 }), { nil: undefined }),
  ).map(([sign, whole, part, exponent]) =>
    sign + whole + (part === undefined ? "" : `.${part}`) +
    (exponent === undefined ? "" : `e${exponent}`)
  );
  fc.assert(
    fc.property(text, (text) => assert.equal(parse(text), Math.fround(Number(text)))),
    { seed: 1, numRuns: 5000 },
  );
});

Deno.test("numbers at and beside the middle between two f32 numbers are rounded to even", () => {
  for (const text of ["16777217", "16777217.0000000001", "16777216.9999999", "33554434", "0.1"]) {
    assert.equal(parse(text), Math.fround(Number(text)), text);
  }
});

Deno.test("extreme exponents, many digits and missing halves are read", () => {
  for (
    const text of [
      ".5",
      "5.",
      "-.8",
      "1e-45",
      "1e-400",
      "0e999999999",
      "3.4028235e38",
      `${"0".repeat(300)}1`,
      `0.${"0".repeat(40)}1`,
      "1".repeat(39),
      `${"9".repeat(38)}.${"9".repeat(300)}e-1`,
    ]
  ) {
    assert.equal(parse(text), Math.fround(Number(text)), text);
  }
});

Deno.test("what is no decimal number is NaN", () => {
  for (
    const text of [
      "",
      "-",
      ".",
      "e5",
      "1e",
      "1e+",
      "1.2.3",
      "0x10",
      "NaN",
      "inf",
      "1_0",
      "--1",
      "1d5",
    ]
  ) {
    assert.ok(Number.isNaN(parse(text)), text);
  }
});

Deno.test("the text of an f32 number reads back as the same bits", () => {
  fc.assert(
    fc.property(float32Bits.filter(Number.isFinite), (value) => {
      assert.ok(Object.is(parse(shortestFloat32(value)), value), shortestFloat32(value));
    }),
    { seed: 2, numRuns: 5000 },
  );
});

Deno.test("the text of an f32 number is the shortest there is", () => {
  assert.equal(shortestFloat32(Math.fround(0.1)), "0.1");
  assert.equal(shortestFloat32(0.0625), "0.0625");
  assert.equal(shortestFloat32(16777216), "16777216");
  assert.equal(shortestFloat32(2 ** -149), "1e-45");
  assert.equal(shortestFloat32(-0), "-0");
});
