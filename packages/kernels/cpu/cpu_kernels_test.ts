import assert from "node:assert/strict";
import { csrFromDense, dense, FormatError, randomCsr, randomDense } from "@spmm/formats";
import {
  checkResult,
  type DenseMatrix,
  type Device,
  DisposedError,
  extents,
  reference,
  roundToStorage,
  ShapeError,
  type SpmmKernel,
  type SpmmProblem,
  UnsupportedError,
} from "@spmm/spmm";
import { dataRoot, listDlmc, loadDlmc } from "@spmm/datasets";
import { type DeviceBridge, type NamedMatrix, testConformance } from "@spmm/spmm/conformance";
import { asCpu, CpuMatrix, MemoryExhaustedError, openCpu } from "@spmm/wasm";
import { csbCpu } from "./csb_cpu.ts";
import { rowSplitCpu } from "./row_split_cpu.ts";

const KERNELS: readonly SpmmKernel[] = [rowSplitCpu, csbCpu];

const bridge: DeviceBridge = {
  upload: (device, host) => asCpu(device).upload(host),
  download: (matrix) =>
    Promise.try(() => {
      if (matrix instanceof CpuMatrix) return matrix.read();
      throw new ShapeError("Cannot read a matrix: it must be a CpuMatrix: received another");
    }),
};

const LAYERS = [
  "transformer/magnitude_pruning/0.9/body_decoder_layer_4_ffn_conv1_fully_connected",
  "rn50/extended_magnitude_pruning/0.98/bottleneck_1_block_group_projection_block_group4",
];

/** Layers of pruned networks; none where the data is not at hand. */
async function realMatrices(): Promise<NamedMatrix[]> {
  const root = dataRoot();
  const entries = root === undefined ? [] : await listDlmc(root);
  const layers = entries.filter(({ name }) => LAYERS.includes(name));
  return await Promise.all(layers.map(async (entry) => {
    const { name, matrix } = await loadDlmc(entry, { seed: 1 });
    return { name, hunts: "shares and blocks that only real sizes fill", a: matrix };
  }));
}

const real = await realMatrices();

for (const kernel of KERNELS) {
  for (const threads of [1, 2]) {
    for (const machineCode of [true, false]) {
      const atHand = real.length === 0 ? {} : { realMatrices: real };
      const label = machineCode ? {} : { label: "WASM alone" };
      const open = () => openCpu({ threads, machineCode });
      testConformance(kernel, open, { bridge, refusals: [], ...label, ...atHand });
    }
  }
}

/** Uneven rows and columns, over several blocks and panels of both widths. */
function unevenProblem(transpose: boolean): SpmmProblem {
  const rowLengths = Array.from({ length: 700 }, (_, row) => (row * row) % 67);
  const a = randomCsr({ rows: 700, cols: 900, rowLengths, seed: 5 });
  const bias = Float32Array.from({ length: transpose ? 900 : 700 }, (_, row) => row % 7 - 3);
  return { a, n: 45, transpose, epilogue: { bias, activation: { kind: "relu" } } };
}

function operandOf(problem: SpmmProblem, seed: number) {
  const { n, k } = extents(problem);
  return randomDense(k, n, seed);
}

function bits(matrix: DenseMatrix): Uint32Array {
  assert.ok(matrix.location === "host");
  return new Uint32Array(new Float32Array(matrix.data).buffer);
}

/** Panels of both widths, B as it is its own panel, and many panels. */
const SHAPES = [[false, 45], [true, 45], [false, 32], [true, 200], [true, 192]] as const;

/** And long rows over columns enough for threads to have their own. */
function sharedProblems(): readonly SpmmProblem[] {
  const uneven = SHAPES.map(([transpose, n]) => ({ ...unevenProblem(transpose), n }));
  return [...uneven, { a: randomCsr({ rows: 300, cols: 200, density: 0.3, seed: 4 }), n: 288 }];
}

const PLACES = [1, 2, 4].flatMap((threads) => [{ threads }, { threads, machineCode: false }]);

for (const place of PLACES) {
  const { threads } = place;
  const where = `${threads} threads${"machineCode" in place ? " of WASM" : ""}`;
  Deno.test(`on ${where}, both kernels give the same bits as on one, both ways`, async () => {
    await using one = await openCpu({ ...place, threads: 1 });
    await using cpu = await openCpu(place);
    for (const problem of sharedProblems()) {
      const b = operandOf(problem, 9);
      await using plain = await rowSplitCpu.plan(problem, one);
      const expected = await plain.multiply(b);
      assert.ok(expected.location === "host");
      checkResult(expected, reference(problem, b));
      for (const kernel of KERNELS) {
        await using plan = await kernel.plan(problem, cpu);
        const name = `${kernel.name}, n = ${problem.n}, ${problem.transpose}`;
        assert.deepEqual(bits(await plan.multiply(b)), bits(expected), name);
        const { facts } = plan.describe();
        assert.ok(Number(facts["heaviestShare"]) < 1.3 / threads, name);
      }
    }
  });
}

/** Of every kind: panels of both widths and parts of them, packed or not, and slabs. */
const PROBLEMS_OF_EVERY_KIND: readonly SpmmProblem[] = [5, 8, 13, 32, 37, 64, 96, 141, 300].flatMap(
  (n) => [
    { ...unevenProblem(false), n },
    { a: unevenProblem(true).a, n, transpose: true },
    { a: randomCsr({ rows: 90, cols: 4200, density: 0.1, seed: n }), n },
    {
      a: randomCsr({ rows: 200, cols: 300, density: 0.01, seed: n }),
      n,
      epilogue: { activation: { kind: "clipped-relu", ceiling: 0.5 } },
    },
  ],
);

for (const kernel of KERNELS) {
  for (const machineCode of [256, 512] as const) {
    Deno.test(`machine code on ${machineCode} bits gives ${kernel.name}'s bits in WASM, or rounds once`, async () => {
      await using code = await openCpu({ threads: 1, machineCode });
      await using wasm = await openCpu({ threads: 1, machineCode: false });
      const alike = await fuses(wasm);
      for (const problem of PROBLEMS_OF_EVERY_KIND) {
        const b = operandOf(problem, 6);
        await using faster = await kernel.plan(problem, code);
        await using slower = await kernel.plan(problem, wasm);
        assert.equal(faster.describe().facts["simdBits"], code.machineCode ?? 128);
        assert.equal(slower.describe().facts["machineCode"], false);
        const c = await faster.multiply(b);
        assert.ok(c.location === "host");
        checkResult(c, reference(problem, b));
        if (alike) assert.deepEqual(bits(c), bits(await slower.multiply(b)));
      }
    });
  }
}

Deno.test("a matrix whose indices lead out of B is refused before machine code follows them", async () => {
  await using cpu = await openCpu({ threads: 1 });
  if (cpu.machineCode === undefined) return;
  const a = randomCsr({ rows: 3, cols: 4, density: 1, seed: 1 });
  const wrong = { ...a, colIndices: a.colIndices.map((col) => col + 1e9) };
  for (const kernel of KERNELS) {
    await assert.rejects(kernel.plan({ a: wrong, n: 5 }, cpu), FormatError);
    assert.equal(cpu.memory.bytesInUse, 0);
  }
});

/** Whether WASM multiplies and adds in one here: (1 + ε)² − 1 − 2ε is 0 where it rounds twice. */
async function fuses(cpu: Device): Promise<boolean> {
  const epsilon = 2 ** -13;
  const a = csrFromDense(dense(1, 2, new Float32Array([1, 1 + epsilon])));
  await using plan = await rowSplitCpu.plan({ a, n: 1 }, cpu);
  const c = await plan.multiply(dense(2, 1, new Float32Array([-1 - 2 * epsilon, 1 + epsilon])));
  return bits(c)[0] !== 0;
}

Deno.test("a B that is not worth packing is multiplied as it stands, both ways", async () => {
  await using cpu = await openCpu({ threads: 2 });
  const a = randomCsr({ rows: 300, cols: 500, density: 0.01, seed: 12 });
  for (const transpose of [false, true]) {
    const problem: SpmmProblem = { a, n: 96, transpose };
    const b = operandOf(problem, 4);
    for (const kernel of KERNELS) {
      await using plan = await kernel.plan(problem, cpu);
      assert.equal(plan.describe().facts["panelBytes"], 0);
      const c = await plan.multiply(b);
      assert.ok(c.location === "host");
      checkResult(c, reference(problem, b));
    }
  }
});

Deno.test("a B of many rows is multiplied slab by slab, to the same bits by both kernels", async () => {
  await using cpu = await openCpu({ threads: 2 });
  const a = randomCsr({ rows: 4300, cols: 4200, density: 0.01, seed: 13 });
  for (const transpose of [false, true]) {
    const bias = Float32Array.from(randomDense(1, transpose ? a.cols : a.rows, 5).data);
    const epilogue = { bias, activation: { kind: "relu" } } as const;
    for (const [n, rest] of [[32, {}], [109, { epilogue }], [9, { epilogue }]] as const) {
      const problem: SpmmProblem = { a, n, transpose, ...rest };
      const b = operandOf(problem, 4);
      const expected = reference(problem, b);
      const results: (Float32Array | Float16Array)[] = [];
      for (const kernel of KERNELS) {
        await using plan = await kernel.plan(problem, cpu);
        assert.ok(Number(plan.describe().facts["slabs"]) > 1, kernel.name);
        const c = await plan.multiply(b);
        assert.ok(c.location === "host");
        checkResult(c, expected);
        results.push(c.data);
      }
      assert.deepEqual(results[0], results[1]);
    }
  }
});

Deno.test("csb puts a large matrix in order piece by piece, and multiplies each", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const a = randomCsr({ rows: 4000, cols: 3000, density: 0.02, seed: 11 });
  for (const transpose of [false, true]) {
    const problem: SpmmProblem = { a, n: 37, transpose };
    const b = operandOf(problem, 3);
    await using plan = await csbCpu.plan(problem, cpu);
    assert.ok(Number(plan.describe().facts["pieces"]) > 3);
    const c = await plan.multiply(b);
    assert.ok(c.location === "host");
    checkResult(c, reference(problem, b));
  }
});

for (const kernel of KERNELS) {
  Deno.test(`products of one ${kernel.name} plan asked for at once do not mix`, async () => {
    await using cpu = await openCpu({ threads: 2 });
    const problem = unevenProblem(false);
    await using plan = await kernel.plan(problem, cpu);
    const operands = [1, 2, 3, 4].map((seed) => operandOf(problem, seed));
    const together = await Promise.all(operands.map((b) => plan.multiply(b)));
    for (const [i, b] of operands.entries()) {
      assert.deepEqual(bits(together[i]), bits(await plan.multiply(b)));
    }
  });

  Deno.test(`a ${kernel.name} plan gives back all its memory, even with a product under way`, async () => {
    await using cpu = await openCpu({ threads: 1 });
    const problem = unevenProblem(true);
    const plan = await kernel.plan(problem, cpu);
    const product = plan.multiply(operandOf(problem, 1));
    await plan[Symbol.asyncDispose]();
    assert.equal((await product).rows, 900);
    assert.equal(cpu.memory.bytesInUse, 0);
    await assert.rejects(plan.multiply(operandOf(problem, 1)), DisposedError);
  });

  Deno.test(`repeated products of a ${kernel.name} plan take no further memory`, async () => {
    await using cpu = await openCpu({ threads: 1 });
    const problem = unevenProblem(false);
    await using plan = await kernel.plan(problem, cpu);
    await plan.multiply(operandOf(problem, 1));
    const taken = cpu.memory.bytesInUse;
    for (let round = 0; round < 5; round += 1) await plan.multiply(operandOf(problem, round));
    assert.equal(cpu.memory.bytesInUse, taken);
  });

  Deno.test(`${kernel.name} says no where the matrices exceed the device's memory, and why`, async () => {
    await using cpu = await openCpu({ threads: 1, maxBytes: 2 ** 20 });
    const problem = { a: csrFromDense(dense(1000, 1000)), n: 1000 };
    const support = kernel.supports(problem, cpu);
    assert.ok(!support.ok && /1048576/.test(support.reason));
    await assert.rejects(kernel.plan(problem, cpu), UnsupportedError);
  });

  Deno.test(`where others hold the memory, planning ${kernel.name} fails typed and keeps nothing`, async () => {
    await using cpu = await openCpu({ threads: 1, maxBytes: 2 ** 21 });
    using _held = cpu.memory.allocate(2 ** 21 - 2 ** 16, "another's");
    const taken = cpu.memory.bytesInUse;
    await assert.rejects(kernel.plan(unevenProblem(false), cpu), MemoryExhaustedError);
    assert.equal(cpu.memory.bytesInUse, taken);
  });

  Deno.test(`a ${kernel.name} plan on a disposed device refuses to multiply`, async () => {
    const cpu = await openCpu({ threads: 1 });
    const problem = unevenProblem(false);
    await using plan = await kernel.plan(problem, cpu);
    await cpu[Symbol.asyncDispose]();
    await assert.rejects(plan.multiply(operandOf(problem, 1)), DisposedError);
  });

  Deno.test(`${kernel.name} chains products on the device as it does on the host`, async () => {
    await using cpu = await openCpu({ threads: 1 });
    const a = randomCsr({ rows: 100, cols: 100, density: 0.1, seed: 3 });
    for (const storage of ["f32", "f16"] as const) {
      const problem: SpmmProblem = { a, n: 20, storage };
      await using plan = await kernel.plan(problem, cpu);
      const b = dense(100, 20, roundToStorage(randomDense(100, 20, 4).data, storage));
      const once = await plan.multiply(b);
      const twice = await plan.multiply(once);
      using first = cpu.upload(b);
      using second = await plan.multiply(first) as CpuMatrix;
      using third = await plan.multiply(second) as CpuMatrix;
      assert.deepEqual(third.read(), twice);
    }
  });
}

Deno.test("row-split says no to a B whose rows its offsets cannot reach, though it has room", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const a = randomCsr({ rows: 1, cols: 40_000_000, rowLengths: [3], seed: 1 });
  const support = rowSplitCpu.supports({ a, n: 1 }, cpu);
  assert.ok(!support.ok && /32-bit offsets/.test(support.reason));
  assert.ok(csbCpu.supports({ a, n: 1 }, cpu).ok);
});

Deno.test("a product that takes no longer than to wake others is done by the calling thread", async () => {
  await using cpu = await openCpu({ threads: 2 });
  const small = randomCsr({ rows: 60, cols: 50, density: 0.1, seed: 9 });
  const large = randomCsr({ rows: 900, cols: 800, density: 0.1, seed: 9 });
  for (const [a, said] of [[small, /for one thread,/], [large, /for 2 threads,/]] as const) {
    await using plan = await rowSplitCpu.plan({ a, n: 40 }, cpu);
    assert.match(plan.describe().summary, said);
    const b = randomDense(a.cols, 40, 3);
    const c = await plan.multiply(b);
    assert.ok(c.location === "host");
    checkResult(c, reference({ a, n: 40 }, b));
  }
});

Deno.test("csb holds one encoding for both directions, smaller than CSR", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const a = randomCsr({ rows: 512, cols: 2048, density: 0.1, seed: 8 });
  await using forward = await csbCpu.plan({ a, n: 32 }, cpu);
  await using backward = await csbCpu.plan({ a, n: 32, transpose: true }, cpu);
  await using csr = await rowSplitCpu.plan({ a, n: 32 }, cpu);
  assert.equal(forward.bytes, backward.bytes);
  assert.ok(forward.bytes < 0.85 * csr.bytes);
  assert.equal(forward.describe().facts["blockSize"], 512);
});

Deno.test("a plan says what it counts and what it chose", async () => {
  await using cpu = await openCpu({ threads: 1, machineCode: false });
  const problem = unevenProblem(true);
  await using plan = await rowSplitCpu.plan(problem, cpu);
  assert.equal(plan.flops, 2 * problem.a.values.length * 45);
  assert.equal(plan.bytes, 4 * (901 + 2 * problem.a.values.length));
  const { summary, facts } = plan.describe();
  assert.match(summary, /row-split-cpu on .*1 thread.*kept transpose/);
  assert.equal(facts["widePanels"], 1);
  assert.equal(facts["narrowPanels"], 2);
  assert.equal(facts["heaviestShare"], 1);
});
