import { Assembler, at, general, type VectorBits } from "@spmm/x86-64";
import { of, writeJobFunction } from "./job_function.ts";
import * as job from "./order_job.as.ts";
import { KIND } from "./panel_job.as.ts";
import { writePanels } from "./panel_machine_code.ts";

const { rax, rbx, rcx, rdx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = general;

const INDICES = r8;
const VALUE = r9;
const HALF = r10;
const ENTRIES_LEFT = r11;
const OFFSETS = r12;
const ORDERED_VALUES = r13;
const BIT = r14;
const MASK = r15;
const CURSORS = rbx;

/** CSB's two kinds of job: entries of a block are put in order, or panels multiplied. */
export function csbMachineCode(bits: VectorBits): Uint8Array<ArrayBuffer> {
  const code = new Assembler();
  const order = code.label("entries are to be put in order");
  code.cmpNumber(at(rdi, { offset: KIND }), 0);
  code.jcc("notEqual", order);
  writePanels(code, bits);
  code.place(order);
  writeOrder(code);
  return code.bytes();
}

/** What csb.as.ts does for a block (`orderBlock`). */
function writeOrder(code: Assembler): void {
  const addresses = [job.INDICES, job.VALUES, job.CURSORS, job.OFFSETS, job.ORDERED_VALUES];
  writeJobFunction(code, addresses, () => {
    const transposed = code.label("columns are in the upper half");
    const done = code.label("done");
    code.mov(INDICES, of(job.INDICES));
    code.mov(VALUE, of(job.VALUES));
    code.mov(CURSORS, of(job.CURSORS));
    code.mov(OFFSETS, of(job.OFFSETS));
    code.mov(ORDERED_VALUES, of(job.ORDERED_VALUES));
    code.mov(BIT, of(job.BIT));
    code.mov(HALF, of(job.HALF));
    code.mov(MASK, of(job.MASK));
    code.mov(ENTRIES_LEFT, of(job.ENTRIES));
    code.cmpNumber(ENTRIES_LEFT, 0);
    code.jcc("equal", done);
    code.cmpNumber(of(job.TRANSPOSED), 0);
    code.jcc("notEqual", transposed);
    orderEntries(code, false);
    code.jmp(done);
    code.place(transposed);
    orderEntries(code, true);
    code.place(done);
  });
}

/** Wherever an index begins, it lies within eight bytes: the lower half is cut off, then the upper. */
function orderEntries(code: Assembler, transposed: boolean): void {
  const [lower, upper, cursor] = [rax, rdx, rsi];
  const [row, col] = transposed ? [lower, upper] : [upper, lower];
  const entry = code.label("an entry");
  code.place(entry);
  code.mov(rax, BIT);
  code.shr(rax, 3);
  code.mov(rax, at(INDICES, { index: rax }));
  code.mov(rcx, BIT);
  code.and32Number(rcx, 7);
  code.shrx(lower, rax, rcx);
  code.shrx(upper, lower, HALF);
  code.and32(lower, MASK);
  code.and32(upper, MASK);
  code.mov32(cursor, at(CURSORS, { index: row, scale: 4 }));
  code.mov(rdi, cursor);
  code.inc(rdi);
  code.mov32To(at(CURSORS, { index: row, scale: 4 }), rdi);
  code.add(col, of(job.BEFORE));
  code.mov(rdi, col);
  code.shr(rdi, 5);
  code.imul(rdi, of(job.SKEW));
  code.imul(col, of(job.PITCH));
  code.add(col, rdi);
  code.mov32To(at(OFFSETS, { index: cursor, scale: 4 }), col);
  code.mov32(rax, at(VALUE));
  code.mov32To(at(ORDERED_VALUES, { index: cursor, scale: 4 }), rax);
  code.addNumber(VALUE, 4);
  code.add(BIT, of(job.WIDTH));
  code.addNumber(ENTRIES_LEFT, -1);
  code.jcc("notEqual", entry);
}
