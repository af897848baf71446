import assert from "node:assert/strict";
import { Assembler } from "./assembler.ts";
import { MachineCodeError } from "./errors.ts";
import { addressOf, Machine, tryOpenMachine } from "./machine.ts";
import { at, general, type Vector, ymm, zmm } from "./operands.ts";

const { rax, rdi, rsi } = general;
const vectorBits = vectorBitsHere();

function vectorBitsHere(): number | undefined {
  using machine = tryOpenMachine();
  return machine?.vectorBits;
}

/** A test of code over vectors of so many bits, skipped by name where the processor has none. */
function vectorTest(bits: number, name: string, test: (machine: Machine) => void): void {
  const missing = vectorBits === undefined || vectorBits < bits;
  Deno.test({
    name: missing ? `${name} (skipped: no machine code on ${bits} bits here)` : name,
    ignore: missing,
    fn: () => {
      using machine = new Machine();
      test(machine);
    },
  });
}

vectorTest(256, "a wish for huge pages leaves what stands in memory", (machine) => {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 128 });
  const words = new Uint32Array(memory.buffer).fill(7);
  machine.wishForHugePages(addressOf(memory.buffer), 2 ** 23);
  machine.wishForHugePages(2n ** 62n, 2 ** 23);
  assert.ok(words.every((word) => word === 7));
});

for (const [bits, vectors] of [[256, ymm], [512, zmm]] as const) {
  vectorTest(bits, `the processor multiplies and adds vectors of ${bits} bits`, (machine) => {
    const count = bits / 32;
    const numbers = Float32Array.from({ length: 2 * count + 1 }, (_, i) => i + 0.5);
    const expected = Array.from({ length: count }, (_, i) => 3.5 * (i + 0.5) + count + i + 0.5);
    numbers[2 * count] = 3.5;
    machine.function(machine.place(multiplyAdd(vectors, count)))(addressOf(numbers.buffer), 0n);
    assert.deepEqual([...numbers.subarray(count, 2 * count)], expected);
  });
}

/** The second vector += the first · the f32 behind them. */
function multiplyAdd([first, second, factor]: readonly Vector[], count: number) {
  const bytes = 4 * count;
  const code = new Assembler();
  code.vmovups(first, at(rdi));
  code.vmovups(second, at(rdi, { offset: bytes }));
  code.vbroadcastss(factor, at(rdi, { offset: 2 * bytes }));
  code.vfmadd231ps(second, first, factor);
  code.vmovupsTo(at(rdi, { offset: bytes }), second);
  code.vzeroupper();
  code.ret();
  return code.bytes();
}

vectorTest(256, "code gets both numbers, and several pieces of it stay apart", (machine) => {
  const sums = new BigInt64Array(2);
  const adders = [1, 1000].map((number) => {
    const code = new Assembler();
    code.mov(rax, rsi);
    code.addNumber(rax, number);
    code.addTo(at(rdi), rax);
    code.ret();
    return machine.function(machine.place(code.bytes()));
  });
  adders.forEach((add, i) => add(addressOf(sums.buffer) + 8n * BigInt(i), 41n));
  assert.deepEqual([...sums], [42n, 1041n]);
});

Deno.test("where FFI is not allowed there is no machine, and opening one says what is needed", () => {
  const { querySync } = Deno.permissions;
  Reflect.set(Deno.permissions, "querySync", () => ({ state: "prompt" }));
  try {
    assert.equal(tryOpenMachine(), undefined);
    assert.throws(
      () => new Machine(),
      (error) =>
        error instanceof MachineCodeError && /^Cannot run machine code: it /.test(error.message),
    );
  } finally {
    Reflect.set(Deno.permissions, "querySync", querySync);
  }
});
