import assert from "node:assert/strict";
import { freshMemory, type HostMemory, HostMemoryPool, RecycledMemory } from "./host_memory.ts";

Deno.test("arrays taken together never overlap and begin where any view can", () => {
  const memory = new RecycledMemory();
  const taken = [3, 16, 1, 2 ** 20, 40].map((bytes) => memory.take(bytes));
  taken.forEach((array, i) => array.fill(i + 1));
  taken.forEach((array, i) => {
    assert.equal(array.byteOffset % 16, 0);
    assert.ok(array.every((byte) => byte === i + 1));
  });
});

Deno.test("recycled memory is the same memory, unless it is very large", () => {
  const memory = new RecycledMemory();
  const { buffer } = memory.take(100);
  memory.recycle();
  assert.equal(memory.take(100).buffer, buffer);
  const large = memory.take(2 ** 26 + 1).buffer;
  memory.recycle();
  assert.notEqual(memory.take(100).buffer, large);
});

Deno.test("fresh memory is zeros, each time its own", () => {
  const one = freshMemory.take(8).fill(1);
  assert.deepEqual([...freshMemory.take(8)], Array(8).fill(0));
  assert.ok(one.every((byte) => byte === 1));
});

Deno.test("plans at the same time get memory of their own, one after the other the same", async () => {
  const pool = new HostMemoryPool();
  const taken: ArrayBuffer[] = [];
  const takeSome = async (memory: HostMemory): Promise<void> => {
    taken.push(memory.take(8).buffer);
    await Promise.resolve();
  };
  await Promise.all([pool.lend(takeSome), pool.lend(takeSome)]);
  assert.notEqual(taken[0], taken[1]);
  await pool.lend(takeSome);
  assert.ok(taken.slice(0, 2).includes(taken[2]));
});

Deno.test("memory comes back from an action that fails", async () => {
  const pool = new HostMemoryPool();
  let buffer: ArrayBuffer | undefined;
  const failing = pool.lend((memory) => {
    buffer = memory.take(8).buffer;
    return Promise.reject(new RangeError("it failed"));
  });
  await assert.rejects(failing, RangeError);
  assert.equal(await pool.lend((memory) => Promise.resolve(memory.take(8).buffer)), buffer);
});
