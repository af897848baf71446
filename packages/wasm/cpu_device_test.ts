import assert from "node:assert/strict";
import { dense } from "@spmm/formats";
import { type Device, DisposedError, ShapeError, UnsupportedError } from "@spmm/spmm";
import { Assembler, at, general } from "@spmm/x86-64";
import { compileAssemblyScript } from "./compile.ts";
import { asCpu, type CpuDevice, openCpu } from "./cpu_device.ts";
import type { ProgramBinaries } from "./cpu_program.ts";
import {
  MemoryExhaustedError,
  ProgramError,
  ThreadError,
  ThreadsUnavailableError,
} from "./errors.ts";
import { PEAKS } from "./peaks.ts";

const FILL = `
export function fill(thread: u32, address: usize, bytes: u32, count: u32, value: u32, step: u32): void {
  const first = address + thread * bytes;
  for (let i: u32 = 0; i < count; i++) {
    store<f32>(first + (<usize>i << 2), <f32>(value + thread * step + i));
  }
}
export function trap(thread: u32, which: u32): void { if (thread == which) unreachable(); }
`;

let compiled: Promise<ProgramBinaries> | undefined;

function fillProgram(): Promise<ProgramBinaries> {
  compiled ??= compileAssemblyScript(FILL).then(({ shared, single }) => ({
    shared: dataUrl(shared),
    single: dataUrl(single),
  }));
  return compiled;
}

function dataUrl(binary: Uint8Array): URL {
  return new URL(`data:application/wasm;base64,${btoa(String.fromCharCode(...binary))}`);
}

async function fillShares(cpu: CpuDevice, each: number): Promise<number[]> {
  const program = await cpu.load(await fillProgram());
  using buffer = cpu.memory.allocate(cpu.threads * each * 4, "the shares");
  await cpu.exclusively((run) => run(program, "fill", [buffer.address, each * 4, each, 7, 1000]));
  return [...buffer.f32()];
}

for (const threads of [1, 3]) {
  Deno.test(`on ${threads} threads each runs its own part, and a trap is told and survived`, async () => {
    await using cpu = await openCpu({ threads });
    assert.equal(cpu.threads, threads);
    assert.equal(cpu.memory.shared, threads > 1);
    const expected = Array.from(
      { length: threads * 5 },
      (_, i) => 1000 * Math.floor(i / 5) + 7 + i % 5,
    );
    assert.deepEqual(await fillShares(cpu, 5), expected);
    const program = await cpu.load(await fillProgram());
    for (let trapped = 0; trapped < threads; trapped += 1) {
      await assert.rejects(
        cpu.exclusively((run) => run(program, "trap", [trapped])),
        (error) => error instanceof ThreadError && /unreachable/.test(error.message),
      );
    }
    assert.deepEqual(await fillShares(cpu, 5), expected);
  });
}

const CLAIM = `
export function claim(_thread: u32, claimed: usize, count: u32, marks: usize, step: u32): void {
  for (let task = next(claimed); task < count; task = next(claimed)) {
    const at = marks + (<usize>task << 2);
    store<u32>(at, load<u32>(at) + step);
  }
}
function next(claimed: usize): u32 {
  if (ASC_FEATURE_THREADS) return atomic.add<u32>(claimed, 1);
  const task = load<u32>(claimed);
  store<u32>(claimed, task + 1);
  return task;
}
export function trap(_thread: u32): void { unreachable(); }
`;

for (const threads of [1, 2, 4]) {
  Deno.test(`on ${threads} threads a job is done when it ends, whoever came early enough to help`, async () => {
    await using cpu = await openCpu({ threads });
    const { shared, single } = await compileAssemblyScript(CLAIM);
    const program = await cpu.load({ shared: dataUrl(shared), single: dataUrl(single) });
    const fill = await cpu.load(await fillProgram());
    using claimed = cpu.memory.allocate(4, "claims");
    using marks = cpu.memory.allocate(4 * 97, "a mark for each task");
    using other = cpu.memory.allocate(64 * threads, "one number a thread");
    marks.u32().fill(0);
    for (let round = 1; round <= 400; round += 1) {
      await cpu.exclusively(async (run) => {
        claimed.u32()[0] = 0;
        const args = [claimed.address, 97, marks.address, round];
        await run(program, "claim", args, "early");
        if (round % 7 > 0) return;
        await run(fill, "fill", [other.address, 64, 1, round, 0]);
        for (let thread = 0; thread < threads; thread += 1) {
          assert.equal(other.f32()[16 * thread], round);
        }
      });
      assert.ok(marks.u32().every((mark) => mark === round * (round + 1) / 2));
    }
    await assert.rejects(
      cpu.exclusively((run) => run(program, "trap", [], "early")),
      ThreadError,
    );
  });
}

Deno.test("a job that the calling thread does alone reaches no other", async () => {
  await using cpu = await openCpu({ threads: 3 });
  const program = await cpu.load(await fillProgram());
  using buffer = cpu.memory.allocate(cpu.threads * 64, "one number a thread");
  for (let job = 1; job <= 20; job += 1) {
    buffer.f32().fill(-1);
    const args = [buffer.address, 64, 1, job, 0];
    await cpu.exclusively((run) => run(program, "fill", args, "alone"));
    assert.deepEqual([0, 16, 32].map((at) => buffer.f32()[at]), [job, -1, -1]);
    await cpu.exclusively((run) => run(program, "fill", args));
    assert.deepEqual([0, 16, 32].map((at) => buffer.f32()[at]), [job, job, job]);
  }
});

Deno.test("a job that one thread does alone is told no failure of a job before", async () => {
  await using cpu = await openCpu({ threads: 2 });
  const program = await cpu.load(await fillProgram());
  await assert.rejects(cpu.exclusively((run) => run(program, "trap", [1])), ThreadError);
  await cpu.exclusively((run) => run(program, "trap", [1], "alone"));
  await assert.rejects(
    cpu.exclusively((run) => run(program, "trap", [0], "alone")),
    (error) => error instanceof ThreadError && /thread 0 of 2/.test(error.message),
  );
});

Deno.test("a function is told six numbers at most, and each reaches every thread", async () => {
  await using cpu = await openCpu({ threads: 2 });
  const { shared, single } = await compileAssemblyScript(`
    export function tell(thread: u32, at: usize, a: u32, b: u32, c: u32, d: u32, e: u32): void {
      store<u32>(at + (thread << 2), (((a * 10 + b) * 10 + c) * 10 + d) * 10 + e + thread);
    }
  `);
  const program = await cpu.load({ shared: dataUrl(shared), single: dataUrl(single) });
  using told = cpu.memory.allocate(8, "one number a thread");
  await cpu.exclusively((run) => run(program, "tell", [told.address, 1, 2, 3, 4, 5]));
  assert.deepEqual([...told.u32()], [12345, 12346]);
  await assert.rejects(
    cpu.exclusively((run) => run(program, "tell", [told.address, 1, 2, 3, 4, 5, 6])),
    ProgramError,
  );
});

Deno.test("workers that went to sleep are woken, and so is who waits for them", async () => {
  await using cpu = await openCpu({ threads: 3 });
  const { shared, single } = await compileAssemblyScript(`
    export function count(thread: u32, rounds: u32, at: usize): void {
      for (let i: u32 = 0; i < rounds * thread; i++) store<u32>(at + (thread << 6), i + 1);
    }
  `);
  const program = await cpu.load({ shared: dataUrl(shared), single: dataUrl(single) });
  using counts = cpu.memory.allocate(3 * 64, "a count for each thread");
  for (let round = 1; round <= 20; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    counts.u32().fill(0);
    const rounds = 100_000 * round;
    await cpu.exclusively((run) => run(program, "count", [rounds, counts.address]));
    assert.deepEqual([0, 16, 32].map((at) => counts.u32()[at]), [0, rounds, 2 * rounds]);
  }
});

Deno.test("a thousand jobs in a row and jobs asked for at once all run, in order", async () => {
  await using cpu = await openCpu({ threads: 2 });
  const program = await cpu.load(await fillProgram());
  using buffer = cpu.memory.allocate(cpu.threads * 64, "one number a thread");
  const seen = await Promise.all(
    Array.from({ length: 1000 }, (_, job) =>
      cpu.exclusively(async (run) => {
        await run(program, "fill", [buffer.address, 64, 1, job, 0]);
        return buffer.f32()[0] === job && buffer.f32()[16] === job;
      })),
  );
  assert.ok(seen.every(Boolean));
});

Deno.test("what was asked for has ended when the device has settled, also what failed", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const seen: string[] = [];
  const failing = cpu.exclusively(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push("first");
    throw new RangeError("the first fails");
  });
  failing.catch(() => seen.push("told"));
  cpu.exclusively(() => seen.push("second"));
  await cpu.settled();
  assert.deepEqual(seen.toSorted(), ["first", "second", "told"]);
});

Deno.test("memory that grows after a program was loaded is seen by every thread", async () => {
  await using cpu = await openCpu({ threads: 2 });
  await cpu.load(await fillProgram());
  using large = cpu.memory.allocate(64 * 2 ** 20, "something large");
  assert.ok(large.address > 0);
  assert.deepEqual(await fillShares(cpu, 1), [7, 1007]);
});

const ASK = `
@external("env", "machine")
declare function machine(job: usize): void;
export function ask(thread: u32, jobs: usize): void { machine(jobs + (thread << 6)); }
`;

/** Adds what stands at the start of the linear memory's second kilobyte to the job. */
function addSharedNumber(): Uint8Array<ArrayBuffer> {
  const { rax, rdi, rsi } = general;
  const code = new Assembler();
  code.mov(rax, at(rsi, { offset: 1024 }));
  code.addTo(at(rdi), rax);
  code.ret();
  return code.bytes();
}

for (const threads of [1, 3]) {
  Deno.test(`machine code gets each job on ${threads} threads, also after the memory has grown`, async () => {
    await using cpu = await openCpu({ threads });
    const { shared, single } = await compileAssemblyScript(ASK);
    const binaries = { shared: dataUrl(shared), single: dataUrl(single) };
    const program = await cpu.load({ ...binaries, machineCode: addSharedNumber });
    using first = cpu.memory.allocate(64, "what all threads read");
    using jobs = cpu.memory.allocate(64 * threads, "a job for each thread");
    assert.equal(first.address, 1024);
    const ask = () => cpu.exclusively((run) => run(program, "ask", [jobs.address]));
    if (cpu.machineCode === undefined) return await assert.rejects(ask(), ThreadError);
    first.u32().fill(0).set([40]);
    jobs.u32().fill(2);
    await ask();
    using _large = cpu.memory.allocate(32 * 2 ** 20, "something large");
    await ask();
    for (let thread = 0; thread < threads; thread += 1) {
      assert.equal(jobs.u32()[16 * thread], 82);
    }
  });
}

Deno.test("vectors are as wide as was asked for, or as the processor has them where that is less", async () => {
  await using widest = await openCpu({ threads: 1 });
  await using wide = await openCpu({ threads: 1, machineCode: 512 });
  await using narrow = await openCpu({ threads: 1, machineCode: 256 });
  assert.equal(wide.machineCode, widest.machineCode);
  assert.equal(narrow.machineCode, widest.machineCode && 256);
});

Deno.test("where FFI is not allowed there is no machine code, whatever was asked for", async () => {
  const { querySync } = Deno.permissions;
  Reflect.set(Deno.permissions, "querySync", () => ({ state: "prompt" }));
  try {
    for (const machineCode of [true, 256, 512] as const) {
      await using cpu = await openCpu({ threads: 1, machineCode });
      assert.deepEqual([cpu.machineCode, cpu.facts["simdBits"]], [undefined, 128]);
    }
  } finally {
    Reflect.set(Deno.permissions, "querySync", querySync);
  }
});

Deno.test("where machine code is not wanted, a program that calls it is refused, typed", async () => {
  await using cpu = await openCpu({ threads: 1, machineCode: false });
  assert.equal(cpu.machineCode, undefined);
  assert.equal(cpu.facts["simdBits"], 128);
  const { shared, single } = await compileAssemblyScript(ASK);
  const binaries = { shared: dataUrl(shared), single: dataUrl(single) };
  const program = await cpu.load({ ...binaries, machineCode: addSharedNumber });
  await assert.rejects(
    cpu.exclusively((run) => run(program, "ask", [1024])),
    (error) => error instanceof ThreadError && /Cannot run machine code/.test(error.message),
  );
});

Deno.test("a matrix goes to the device and back, rounded to f16 where that is its storage", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const source = dense(2, 2, new Float32Array([1, 0.1, -3, 70000]));
  using exact = cpu.upload(source);
  assert.deepEqual(exact.read().data, source.data);
  using half = cpu.upload(source, "f16");
  assert.deepEqual(half.read().data, new Float16Array(source.data));
  assert.throws(() => exact.write(dense(1, 4)), ShapeError);
});

Deno.test("matrices give their memory back", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const matrix = cpu.matrix(100, 100);
  assert.equal(cpu.memory.bytesInUse, 40000);
  matrix[Symbol.dispose]();
  assert.equal(cpu.memory.bytesInUse, 0);
  assert.throws(() => matrix.read(), DisposedError);
});

Deno.test("a disposed device refuses work, memory and programs", async () => {
  const cpu = await openCpu({ threads: 2 });
  await cpu[Symbol.asyncDispose]();
  await cpu[Symbol.asyncDispose]();
  await assert.rejects(cpu.exclusively(() => 1), DisposedError);
  await assert.rejects(cpu.load(PEAKS), DisposedError);
  assert.throws(() => cpu.matrix(1, 1), DisposedError);
});

Deno.test("a program that is absent or no WASM is a typed error naming it", async () => {
  await using cpu = await openCpu({ threads: 1 });
  const absent = new URL("./absent.wasm", import.meta.url);
  const text = new URL("./cpu_device.ts", import.meta.url);
  await assert.rejects(cpu.load({ shared: absent, single: absent }), ProgramError);
  await assert.rejects(cpu.load({ shared: text, single: text }), ProgramError);
  const program = await cpu.load(PEAKS);
  assert.equal(await cpu.load(PEAKS), program);
  assert.throws(() => program.entry("missing"), ProgramError);
});

/** Two ways in which a place refuses workers: at once, or once their file is asked for. */
const REFUSALS = {
  "throws": class {
    constructor() {
      throw new TypeError("workers are forbidden here");
    }
  },
  "fails to load": class extends EventTarget {
    postMessage(): void {
      this.dispatchEvent(new ErrorEvent("error", { message: "no read access", cancelable: true }));
    }
    terminate(): void {}
  },
};

for (const [refusal, worker] of Object.entries(REFUSALS)) {
  Deno.test(`where a worker ${refusal}, an open wish gets one thread and a stated wish a typed error`, async () => {
    const allowed = globalThis.Worker;
    Reflect.set(globalThis, "Worker", worker);
    try {
      await assert.rejects(openCpu({ threads: 2 }), ThreadsUnavailableError);
      await using cpu = await openCpu();
      assert.equal(cpu.threads, 1);
      assert.deepEqual(await fillShares(cpu, 2), [7, 8]);
    } finally {
      Reflect.set(globalThis, "Worker", allowed);
    }
  });
}

Deno.test("peaks that could not be measured for want of memory can be asked for again", async () => {
  await using cpu = await openCpu({ threads: 1, maxBytes: 2 ** 20 });
  await assert.rejects(cpu.peaks(), MemoryExhaustedError);
  await assert.rejects(cpu.peaks(), MemoryExhaustedError);
  assert.equal(cpu.memory.bytesInUse, 0);
});

Deno.test("where a thread may not block, it waits without blocking", async () => {
  const wait = Atomics.wait;
  Reflect.set(Atomics, "wait", () => {
    throw new TypeError("Atomics.wait cannot be called in this context");
  });
  try {
    await using cpu = await openCpu({ threads: 2 });
    assert.deepEqual(await fillShares(cpu, 1), [7, 1007]);
  } finally {
    Reflect.set(Atomics, "wait", wait);
  }
});

for (const machineCode of [true, false]) {
  Deno.test(`peaks ${machineCode ? "of machine code" : "of WASM"} are measured once and are plausible`, async () => {
    await using cpu = await openCpu({ threads: 1, machineCode });
    const peaks = await cpu.peaks();
    assert.ok(peaks.bytesPerSecond > 1e8 && peaks.bytesPerSecond < 1e13);
    assert.ok(peaks.flopsPerSecond > 1e8 && peaks.flopsPerSecond < 1e13);
    assert.equal(await cpu.peaks(), peaks);
    assert.equal(cpu.memory.bytesInUse, 0);
  });
}

Deno.test("a device that is no CpuDevice is refused by name", () => {
  const other: Device = {
    kind: "webgpu",
    name: "some GPU",
    facts: {},
    peaks: () => Promise.resolve({ bytesPerSecond: 1, flopsPerSecond: 1 }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  assert.throws(() => asCpu(other), UnsupportedError);
});
