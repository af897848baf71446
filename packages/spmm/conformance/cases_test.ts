import { checkCsr, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { checkProblem } from "../problem.ts";
import { conformanceCases } from "./cases.ts";
import { conformanceMatrices } from "./matrices.ts";

const REAL = {
  name: "a pruned layer",
  hunts: "what only real matrices have",
  a: randomCsr({ rows: 64, cols: 96, density: 0.1, seed: 1 }),
};

Deno.test("every matrix of the battery is well formed and has a name of its own", () => {
  const matrices = conformanceMatrices();
  for (const { a } of matrices) checkCsr(a);
  assert.equal(new Set(matrices.map(({ name }) => name)).size, matrices.length);
});

Deno.test("every case is a problem that fits together and has a name of its own", () => {
  const cases = conformanceCases({ realMatrices: [REAL] });
  for (const { problem } of cases) checkProblem(problem);
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
});

Deno.test("every matrix meets both directions, both storages and every epilogue", () => {
  for (const [matrix, cases] of Map.groupBy(conformanceCases(), ({ matrix }) => matrix)) {
    const count = (value: (one: typeof cases[number]) => unknown) => new Set(cases.map(value)).size;
    assert.equal(count(({ problem }) => problem.transpose), 2, matrix);
    assert.equal(count(({ problem }) => problem.storage), 2, matrix);
    assert.equal(
      count(({ problem: { epilogue } }) =>
        `${epilogue?.bias !== undefined} ${epilogue?.activation?.kind}`
      ),
      5,
      matrix,
    );
  }
});

Deno.test("real matrices come with n from 32 to 128", () => {
  const real = conformanceCases({ realMatrices: [REAL] }).filter(({ matrix }) =>
    matrix === REAL.name
  );
  assert.equal(real.length, 3);
  assert.ok(real.every(({ problem }) => problem.n >= 32 && problem.n <= 128));
});

Deno.test("thorough tries every combination", () => {
  const all = conformanceCases({ thorough: true }).filter(({ problem }) => problem.n > 0);
  assert.equal(all.length, conformanceMatrices().length * 18 * 5 * 2 * 2 * 2);
});
