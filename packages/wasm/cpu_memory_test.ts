import assert from "node:assert/strict";
import { DisposedError } from "@spmm/spmm";
import { CpuMemory } from "./cpu_memory.ts";
import { MemoryExhaustedError } from "./errors.ts";

const MIB = 2 ** 20;

for (const shared of [false, true]) {
  const kind = shared ? "shared" : "single-threaded";

  Deno.test(`a ${kind} memory grows, and what stood in it stays`, () => {
    const memory = new CpuMemory(shared, 64 * MIB);
    const small = memory.allocate(16, "four numbers");
    small.f32().set([1, 2, 3, 4]);
    const large = memory.allocate(20 * MIB, "a large buffer");
    large.f32().fill(7);
    assert.deepEqual([...small.f32()], [1, 2, 3, 4]);
    assert.ok(small.address > 0 && large.address >= small.address + 16);
  });

  Deno.test(`a disposed buffer's bytes are given out again in a ${kind} memory`, () => {
    const memory = new CpuMemory(shared, 32 * MIB);
    for (let round = 0; round < 20; round += 1) {
      using buffer = memory.allocate(20 * MIB, "most of the memory");
      assert.equal(memory.bytesInUse, buffer.bytes);
    }
    assert.equal(memory.bytesInUse, 0);
  });
}

Deno.test("a memory grows by whole huge pages, as long as it may", () => {
  const memory = new CpuMemory(false, 5 * MIB);
  const sizes = [1, MIB, 2 * MIB, 1.5 * MIB].map((bytes) => {
    memory.allocate(bytes, "some numbers");
    return memory.bytes.byteLength / MIB;
  });
  assert.deepEqual(sizes, [1 / 16, 2, 4, 5]);
});

Deno.test("a full memory says what was needed and what is there, and goes on working", () => {
  const memory = new CpuMemory(false, 4 * MIB);
  using held = memory.allocate(3 * MIB, "a matrix");
  assert.throws(
    () => memory.allocate(2 * MIB, "another"),
    (error) =>
      error instanceof MemoryExhaustedError && error.needed === 2 * MIB &&
      error.available > 0 && error.available < MIB && /another/.test(error.message),
  );
  using small = memory.allocate(MIB / 2, "a smaller one");
  assert.ok(small.address !== held.address);
});

Deno.test("a request beyond 4 GiB is refused, not wrapped round", () => {
  const memory = new CpuMemory(false);
  assert.throws(() => memory.allocate(2 ** 32, "too much"), MemoryExhaustedError);
  assert.throws(() => memory.allocate(2 ** 40, "far too much"), MemoryExhaustedError);
});

Deno.test("a buffer cannot be used after disposal, and disposing of it twice frees it once", () => {
  const memory = new CpuMemory(false);
  const first = memory.allocate(64, "first");
  first[Symbol.dispose]();
  using second = memory.allocate(64, "second");
  first[Symbol.dispose]();
  using third = memory.allocate(64, "third");
  assert.notEqual(second.address, third.address);
  assert.throws(() => first.address, DisposedError);
  assert.throws(() => first.f32(), DisposedError);
});
