import assert from "node:assert/strict";
import { Assembler } from "./assembler.ts";
import { MachineCodeError } from "./errors.ts";
import { at, general, ymm, zmm } from "./operands.ts";

const { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = general;

/** What GNU as writes for the same, but that numbers, and displacements of 512 bits, take four bytes. */
const INSTRUCTIONS: readonly (readonly [string, (code: Assembler) => void, string])[] = [
  ["mov rax, r9", (code) => code.mov(rax, r9), "49 8b c1"],
  ["mov r12, [r12]", (code) => code.mov(r12, at(r12)), "4d 8b 24 24"],
  ["mov [rbp], r15", (code) => code.movTo(at(rbp), r15), "4c 89 7d 00"],
  [
    "mov rcx, [r13+r9*8-4]",
    (code) => code.mov(rcx, at(r13, { index: r9, scale: 8, offset: -4 })),
    "4b 8b 4c cd fc",
  ],
  [
    "mov [rsp+300], rdx",
    (code) => code.movTo(at(rsp, { offset: 300 }), rdx),
    "48 89 94 24 2c 01 00 00",
  ],
  [
    "mov r10d, [r8+rax*4]",
    (code) => code.mov32(r10, at(r8, { index: rax, scale: 4 })),
    "45 8b 14 80",
  ],
  ["mov [rdi+4], ebx", (code) => code.mov32To(at(rdi, { offset: 4 }), rbx), "89 5f 04"],
  ["mov r9d, 7", (code) => code.movNumber(r9, 7), "41 c7 c1 07 00 00 00"],
  ["add rax, r11", (code) => code.add(rax, r11), "49 03 c3"],
  ["add [rbp+16], rsi", (code) => code.addTo(at(rbp, { offset: 16 }), rsi), "48 01 75 10"],
  ["add r14, 256", (code) => code.addNumber(r14, 256), "49 81 c6 00 01 00 00"],
  [
    "add [rbp+8], -1",
    (code) => code.addNumber(at(rbp, { offset: 8 }), -1),
    "48 81 45 08 ff ff ff ff",
  ],
  ["imul rsi, [rbp+64]", (code) => code.imul(rsi, at(rbp, { offset: 64 })), "48 0f af 75 40"],
  ["inc rax", (code) => code.inc(rax), "48 ff c0"],
  ["shr rax, 3", (code) => code.shr(rax, 3), "48 c1 e8 03"],
  ["shrx r12, rax, r10", (code) => code.shrx(r12, rax, r10), "c4 62 ab f7 e0"],
  ["and ecx, 7", (code) => code.and32Number(rcx, 7), "81 e1 07 00 00 00"],
  ["and ecx, eax", (code) => code.and32(rcx, rax), "23 c8"],
  ["cmp r13, [rbp+80]", (code) => code.cmp(r13, at(rbp, { offset: 80 })), "4c 3b 6d 50"],
  ["cmp eax, [rdi+4]", (code) => code.cmp32(rax, at(rdi, { offset: 4 })), "3b 47 04"],
  [
    "lock xadd [r12+8], r9d",
    (code) => code.lockXadd32(at(r12, { offset: 8 }), r9),
    "f0 45 0f c1 4c 24 08",
  ],
  [
    "cmp [rbp+200], 0",
    (code) => code.cmpNumber(at(rbp, { offset: 200 }), 0),
    "48 81 bd c8 00 00 00 00 00 00 00",
  ],
  ["push r12", (code) => code.push(r12), "41 54"],
  ["push rbx", (code) => code.push(rbx), "53"],
  ["pop r15", (code) => code.pop(r15), "41 5f"],
  ["cpuid", (code) => code.cpuid(), "0f a2"],
  ["xgetbv", (code) => code.xgetbv(), "0f 01 d0"],
  ["ret", (code) => code.ret(), "c3"],
  [
    "vmovups ymm9, [rsi+32]",
    (code) => code.vmovups(ymm[9], at(rsi, { offset: 32 })),
    "c4 61 7c 10 4e 20",
  ],
  ["vmovups [r14], ymm3", (code) => code.vmovupsTo(at(r14), ymm[3]), "c4 c1 7c 11 1e"],
  [
    "vmaskmovps ymm2, ymm13, [rdi]",
    (code) => code.vmaskmovps(ymm[2], ymm[13], at(rdi)),
    "c4 e2 15 2c 17",
  ],
  [
    "vmaskmovps [rdi+96], ymm13, ymm2",
    (code) => code.vmaskmovpsTo(at(rdi, { offset: 96 }), ymm[13], ymm[2]),
    "c4 e2 15 2e 57 60",
  ],
  [
    "vbroadcastss ymm15, [r9+rax*4]",
    (code) => code.vbroadcastss(ymm[15], at(r9, { index: rax, scale: 4 })),
    "c4 42 7d 18 3c 81",
  ],
  [
    "vfmadd231ps ymm4, ymm15, [rbx+r10+96]",
    (code) => code.vfmadd231ps(ymm[4], ymm[15], at(rbx, { index: r10, offset: 96 })),
    "c4 a2 05 b8 64 13 60",
  ],
  [
    "vfmadd231ps ymm4, ymm15, ymm12",
    (code) => code.vfmadd231ps(ymm[4], ymm[15], ymm[12]),
    "c4 c2 05 b8 e4",
  ],
  ["vaddps ymm1, ymm1, ymm15", (code) => code.vaddps(ymm[1], ymm[1], ymm[15]), "c4 c1 74 58 cf"],
  ["vmaxps ymm1, ymm8, ymm14", (code) => code.vmaxps(ymm[1], ymm[8], ymm[14]), "c4 c1 3c 5f ce"],
  ["vminps ymm1, ymm1, ymm14", (code) => code.vminps(ymm[1], ymm[1], ymm[14]), "c4 c1 74 5d ce"],
  ["vxorps ymm8, ymm8, ymm8", (code) => code.vxorps(ymm[8], ymm[8], ymm[8]), "c4 41 3c 57 c0"],
  ["vzeroupper", (code) => code.vzeroupper(), "c5 f8 77"],
  [
    "vmovups zmm9, [rsi+64]",
    (code) => code.vmovups(zmm[9], at(rsi, { offset: 64 })),
    "62 71 7c 48 10 8e 40 00 00 00",
  ],
  ["vmovups [r14], zmm3", (code) => code.vmovupsTo(at(r14), zmm[3]), "62 d1 7c 48 11 1e"],
  [
    "vbroadcastss zmm15, [r9+rax*4]",
    (code) => code.vbroadcastss(zmm[15], at(r9, { index: rax, scale: 4 })),
    "62 52 7d 48 18 3c 81",
  ],
  [
    "vfmadd231ps zmm4, zmm15, [r12+r10+64]",
    (code) => code.vfmadd231ps(zmm[4], zmm[15], at(r12, { index: r10, offset: 64 })),
    "62 92 05 48 b8 a4 14 40 00 00 00",
  ],
  ["vaddps zmm1, zmm1, zmm15", (code) => code.vaddps(zmm[1], zmm[1], zmm[15]), "62 d1 74 48 58 cf"],
  ["vminps zmm1, zmm1, zmm14", (code) => code.vminps(zmm[1], zmm[1], zmm[14]), "62 d1 74 48 5d ce"],
];

Deno.test("instructions are written as GNU as writes them", () => {
  for (const [name, write, bytes] of INSTRUCTIONS) {
    const code = new Assembler();
    write(code);
    assert.equal(hex(code), bytes, name);
  }
});

function hex(code: Assembler): string {
  return [...code.bytes()].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

Deno.test("jumps lead to labels before and behind them", () => {
  const code = new Assembler();
  const before = code.label("before");
  const behind = code.label("behind");
  code.place(before);
  code.jcc("below", behind);
  code.jmp(before);
  code.place(behind);
  code.jcc("notEqual", before);
  assert.equal(
    hex(code),
    "0f 82 05 00 00 00 e9 f5 ff ff ff 0f 85 ef ff ff ff",
  );
});

Deno.test("a jump to a label without a place is a typed error that names it", () => {
  const code = new Assembler();
  code.jmp(code.label("the end"));
  assert.throws(
    () => code.bytes(),
    (error) =>
      error instanceof MachineCodeError && /received "the end" without/.test(error.message),
  );
});

Deno.test("there is no masked move of sixteen elements of its name", () => {
  const code = new Assembler();
  assert.throws(() => code.vmaskmovps(zmm[1], zmm[2], at(rax)), MachineCodeError);
  assert.throws(() => code.vmaskmovpsTo(at(rax), zmm[2], zmm[1]), MachineCodeError);
});
