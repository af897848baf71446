import { randomCsr } from "@spmm/formats";
import type { Epilogue } from "@spmm/spmm";
import fc from "fast-check";
import assert from "node:assert/strict";
import { floatLiteral, productIo } from "./product_io.ts";

const a = randomCsr({ rows: 6, cols: 4, density: 0.5, seed: 1 });

Deno.test("floatLiteral() reads back to the same f32", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = floatLiteral(value);
      assert.match(text, /^-?\d+(\.\d+)?(e[+-]?\d+)?f$/);
      assert.equal(Math.fround(Number(text.slice(0, -1))), value);
    }),
    { seed: 3 },
  );
});

Deno.test("productIo() gives the same program for other sizes, so that it is compiled once", () => {
  for (const n of [3, 5, 31, 128, 130]) {
    assert.equal(productIo({ a, n, transpose: true }).code, productIo({ a, n: 8 }).code);
  }
});

Deno.test("productIo() takes whole vectors, as many as the pitch has, unless n is one itself", () => {
  const shapes = (storage: "f32" | "f16"): number[][] =>
    [1, 2, 3, 5, 33].map((n) => {
      const { columns, vectors } = productIo({ a, n, storage });
      return [columns, vectors];
    });
  assert.deepEqual(shapes("f32"), [[1, 1], [2, 1], [4, 1], [4, 2], [4, 9]]);
  assert.deepEqual(shapes("f16"), [[1, 1], [2, 1], [4, 1], [4, 2], [4, 10]]);
});

Deno.test("productIo() gives another program for another width, storage or epilogue", () => {
  const epilogues: (Epilogue | undefined)[] = [
    undefined,
    { bias: new Float32Array(6) },
    { activation: { kind: "relu" } },
    { activation: { kind: "clipped-relu", ceiling: 1 } },
    { activation: { kind: "clipped-relu", ceiling: 2 } },
  ];
  const codes = epilogues.flatMap((epilogue) =>
    [1, 2, 4].flatMap((n) =>
      (["f32", "f16"] as const).map((storage) =>
        productIo({ a, n, storage, ...(epilogue && { epilogue }) }).code
      )
    )
  );
  assert.equal(new Set(codes).size, codes.length);
});

Deno.test("productIo() binds a bias and a row order only where the problem has them", () => {
  const names = (problem: Parameters<typeof productIo>[0]): string[] =>
    productIo(problem).bindings.map(({ name }) => name);
  assert.deepEqual(names({ a, n: 1 }), ["b", "c", "shape"]);
  assert.deepEqual(
    names({
      a,
      n: 1,
      epilogue: { bias: new Float32Array(6) },
      rowOrder: new Uint32Array([5, 4, 3, 2, 1, 0]),
    }),
    ["b", "c", "shape", "bias", "row_order"],
  );
});
