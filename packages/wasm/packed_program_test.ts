import assert from "node:assert/strict";
import { packedBytes, packProgram, unpackProgram } from "./packed_program.ts";

Deno.test("a program comes out as it was packed, and as a copy", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const binary = Uint8Array.of(1, 2, 3, 4, 5);
  const target = new Uint8Array(memory.buffer, 1024, packedBytes(binary.length));
  for (const code of [0n, 2n ** 63n + 7n]) {
    packProgram(target, binary.buffer, code);
    const program = unpackProgram(memory, 1024);
    target.fill(9);
    assert.deepEqual(program, { binary, code });
  }
});
