import assert from "node:assert/strict";
import fc from "fast-check";
import { FreeList, roundUp } from "./free_list.ts";

Deno.test("a full free list gives nothing until something comes back", () => {
  const list = new FreeList(64, 64 + 256);
  const first = list.take(100);
  const second = list.take(128);
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(list.take(1), undefined);
  list.give(first);
  assert.equal(list.take(128), first);
});

Deno.test("extending a free list merges the new end with the hole before it", () => {
  const list = new FreeList(64, 128);
  assert.equal(list.take(128), undefined);
  list.extend(192);
  assert.equal(list.tail, 128);
  assert.equal(list.take(128), 64);
});

Deno.test("an address that was never given out is ignored when it comes back", () => {
  const list = new FreeList(64, 128);
  list.give(64);
  assert.equal(list.largestHole, 64);
});

Deno.test("whatever is taken and given back, pieces never overlap and all comes back as one hole", () => {
  const steps = fc.array(fc.record({ bytes: fc.nat(500), give: fc.boolean(), pick: fc.nat(30) }));
  fc.assert(
    fc.property(steps, (sequence) => {
      const end = 64 + 4096;
      const list = new FreeList(64, end);
      const held = new Map<number, number>();
      for (const { bytes, give, pick } of sequence) {
        const addresses = [...held.keys()];
        if (give && addresses.length > 0) {
          const address = addresses[pick % addresses.length];
          list.give(address);
          held.delete(address);
          continue;
        }
        const address = list.take(bytes);
        if (address === undefined) continue;
        for (const [other, size] of held) {
          assert.ok(address + roundUp(bytes) <= other || other + size <= address);
        }
        assert.ok(address % 64 === 0 && address + bytes <= end);
        held.set(address, roundUp(bytes));
      }
      for (const address of held.keys()) list.give(address);
      assert.equal(list.bytesInUse, 0);
      assert.equal(list.largestHole, end - 64);
    }),
    { seed: 20090811 },
  );
});
