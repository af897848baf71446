import {
  Assembler,
  at,
  type General,
  general,
  type Label,
  type Vector,
  type VectorBits,
  ymm,
  zmm,
} from "@spmm/x86-64";
import { of, writeJobFunction } from "./job_function.ts";
import * as job from "./panel_job.as.ts";
import { SHARE_BYTES } from "./panel_product.as.ts";

const { rax, rbx, rcx, rdx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = general;

const OFFSETS = r8;
const VALUES = r9;
/** The panels that pass at once. */
const PANELS = [rbx, rdx, r12, r14, r15];
/** Where the row of C at hand has the first column of these. */
const TARGET = rsi;
/** The row at hand, and the one behind the last that passes all panels before others do. */
const ROW = r11;
const LAST_ROW = r13;
/** Sums have the first vectors, at most twelve; these are what else is held while they grow. */
const LOADED = 12;
const MASK = 13;
const LIMIT = 14;
const FACTOR = 15;

const PANEL_BYTES = 128;

/** How many whole panels pass at once, most first, that sums are enough and have registers. */
const WHOLE_AT_ONCE = { 256: [2, 1], 512: [4, 2, 1] } as const;

/** Panels that pass at once. */
interface Shape {
  /** Panels that C has all columns of. */
  readonly whole: 0 | 1 | 2 | 4;
  /** Vectors of eight columns of the next panel, of the last of which C has some. */
  readonly tail: 0 | 1 | 2 | 3 | 4;
  /** What whole panels pass in. */
  readonly registers: readonly Vector[];
}

const TAILS = [1, 2, 3, 4] as const;
const EIGHT_COLUMNS = 32;

/**
 * What panels.as.ts does for a job (panel_job.as.ts), in vectors of eight or sixteen f32 and without
 * checks of bounds. Each row of C is summed over the same non-zeros in the same order, and each
 * multiply-add rounded once: it gives the bits that relaxed SIMD gives where the processor has
 * multiply-adds. Several panels pass at once, so that a row has sums enough to hide how long each
 * takes, and its indices and values are loaded less often.
 *
 * The code takes the address of a job in rdi and that of the linear memory in rsi.
 */
export function panelMachineCode(bits: VectorBits): Uint8Array<ArrayBuffer> {
  const code = new Assembler();
  writePanels(code, bits);
  return code.bytes();
}

/** The same, behind what is written already. */
export function writePanels(code: Assembler, bits: VectorBits): void {
  const rowsAndPanels = [job.STARTS, job.ENDS, job.OFFSETS, job.VALUES, job.PANEL, job.C];
  const claims = [job.TASKS, job.SHARES_END, job.OWN_SHARE, job.SHARE];
  writeJobFunction(code, [...rowsAndPanels, ...claims], () => {
    const done = code.label("done");
    const given = code.label("rows are given");
    const rows = code.label("rows that pass all panels before others do");
    const after = code.label("those rows are done");
    const next = code.label("more rows are to be claimed");
    [job.BIAS, job.SHARES].forEach((part) => placeAddress(code, part));
    code.mov(OFFSETS, of(job.OFFSETS));
    code.mov(VALUES, of(job.VALUES));
    code.cmpNumber(of(job.SHARES), 0);
    code.jcc("equal", given);
    code.place(next);
    claimRows(code, done);
    code.place(given);
    code.mov(LAST_ROW, of(job.BEGIN));
    code.cmp(LAST_ROW, of(job.END));
    code.jcc("aboveOrEqual", after);

    code.place(rows);
    takeRows(code, bits);
    code.mov(PANELS[0], of(job.PANEL));
    code.mov(rdi, of(job.C));
    code.movTo(of(job.COLUMNS), rdi);
    passPanels(code, bits);
    code.movTo(of(job.BEGIN), LAST_ROW);
    code.cmp(LAST_ROW, of(job.END));
    code.jcc("below", rows);
    code.place(after);
    code.cmpNumber(of(job.SHARES), 0);
    code.jcc("notEqual", next);
    code.place(done);
    code.vzeroupper();
  });
}

/** The address of what a job may have, if it does. */
function placeAddress(code: Assembler, part: number): void {
  const none = code.label("there is none");
  code.cmpNumber(of(part), 0);
  code.jcc("equal", none);
  code.addTo(of(part), rsi);
  code.place(none);
}

/** The rows of the next task, of this thread's share or of the first after it that has one. */
function claimRows(code: Assembler, none: Label): void {
  const [task, share] = [rax, rdi];
  const ask = code.label("a share is asked");
  const claimed = code.label("it had a task");
  const isOne = code.label("it is no end of shares");
  code.mov(share, of(job.SHARE));
  code.place(ask);
  code.movNumber(task, 1);
  code.lockXadd32(at(share), task);
  code.cmp32(task, at(share, { offset: 4 }));
  code.jcc("below", claimed);
  code.addNumber(share, SHARE_BYTES);
  code.cmp(share, of(job.SHARES_END));
  code.jcc("below", isOne);
  code.mov(share, of(job.SHARES));
  code.place(isOne);
  code.movTo(of(job.SHARE), share);
  code.cmp(share, of(job.OWN_SHARE));
  code.jcc("notEqual", ask);
  code.jmp(none);
  code.place(claimed);
  code.add(task, task);
  code.mov(share, of(job.TASKS));
  code.mov32(rcx, at(share, { index: task, scale: 8 }));
  code.movTo(of(job.BEGIN), rcx);
  code.mov32(rcx, at(share, { index: task, scale: 8, offset: 4 }));
  code.movTo(of(job.END), rcx);
}

/** The next rows that pass all panels before others do: all of them where panels pass at once. */
function takeRows(code: Assembler, bits: VectorBits): void {
  const all = code.label("all rows");
  const taken = code.label("rows are taken");
  const [most] = WHOLE_AT_ONCE[bits];
  code.cmpNumber(of(job.WHOLE), most + 1);
  code.jcc("below", all);
  code.add(LAST_ROW, of(job.STEP));
  code.cmp(LAST_ROW, of(job.END));
  code.jcc("below", taken);
  code.place(all);
  code.mov(LAST_ROW, of(job.END));
  code.place(taken);
  code.mov(rdi, of(job.WHOLE));
  code.movTo(of(job.LEFT), rdi);
}

/**
 * All panels, as many at once as keep eight sums: two multiply-adds a cycle, each done after four.
 * What C has of a last panel passes with the last whole ones.
 */
function passPanels(code: Assembler, bits: VectorBits): void {
  const registers = bits === 512 ? zmm : ymm;
  const counts = WHOLE_AT_ONCE[bits];
  const done = code.label("all panels have passed");
  const tails = ([...counts, 0] as const).map((whole) => ({ whole, label: code.label("a tail") }));
  for (const [number, whole] of counts.entries()) {
    const again = code.label("as many panels again");
    const more = code.label("more panels follow");
    const fewer = code.label("fewer panels are left");
    code.place(again);
    code.cmpNumber(of(job.LEFT), whole);
    code.jcc("below", fewer);
    code.jcc("notEqual", more);
    code.cmpNumber(of(job.TAIL), 0);
    code.jcc("notEqual", tails[number].label);
    code.place(more);
    sumRows(code, { whole, tail: 0, registers });
    code.addNumber(of(job.LEFT), -whole);
    code.jmp(again);
    code.place(fewer);
  }
  for (const { whole, label } of tails.toReversed()) {
    code.place(label);
    for (const tail of TAILS) {
      const other = code.label("another tail");
      code.cmpNumber(of(job.TAIL), tail);
      code.jcc("notEqual", other);
      sumRows(code, { whole, tail, registers });
      code.jmp(done);
      code.place(other);
    }
    code.jmp(done);
  }
  code.place(done);
}

/** The rows over the panels at hand; the panels behind are at hand afterwards. */
function sumRows(code: Assembler, shape: Shape): void {
  const row = code.label("a row");
  const parts = partsOf(shape);
  code.mov(ROW, of(job.BEGIN));
  code.mov(TARGET, ROW);
  code.imul(TARGET, of(job.ROW));
  code.add(TARGET, of(job.COLUMNS));
  for (let panel = 1; panel < shape.whole + Math.sign(shape.tail); panel += 1) {
    code.mov(PANELS[panel], PANELS[panel - 1]);
    code.add(PANELS[panel], of(job.PITCH));
  }
  if (shape.tail > 0) code.vmovups(ymm[MASK], of(job.MASK));

  code.place(row);
  beginSums(code, parts);
  addNonZeros(code, parts);
  finishSums(code, parts);
  for (const { sum, masked, inRow } of parts) {
    const target = at(TARGET, { offset: inRow });
    if (masked) code.vmaskmovpsTo(target, ymm[MASK], sum);
    else code.vmovupsTo(target, sum);
  }
  code.add(TARGET, of(job.ROW));
  code.inc(ROW);
  code.cmp(ROW, LAST_ROW);
  code.jcc("below", row);

  for (let panel = 0; panel < shape.whole; panel += 1) code.add(PANELS[0], of(job.PITCH));
  code.addNumber(of(job.COLUMNS), shape.whole * PANEL_BYTES);
}

/** A vector's columns of the row at hand. */
interface Part {
  readonly sum: Vector;
  readonly masked: boolean;
  readonly panel: General;
  /** Bytes from where the panel's row begins, and from where C's row has the first panel. */
  readonly inPanel: number;
  readonly inRow: number;
}

function partsOf({ whole, tail, registers }: Shape): readonly Part[] {
  const bytes = registers[0].bits / 8;
  const wholes = Array.from({ length: whole * PANEL_BYTES / bytes }, (_, number) => ({
    sum: registers[number],
    masked: false,
    panel: PANELS[Math.floor(number * bytes / PANEL_BYTES)],
    inPanel: number * bytes % PANEL_BYTES,
    inRow: number * bytes,
  }));
  const tails = Array.from({ length: tail }, (_, number) => ({
    sum: ymm[wholes.length + number],
    masked: number === tail - 1,
    panel: PANELS[whole],
    inPanel: number * EIGHT_COLUMNS,
    inRow: whole * PANEL_BYTES + number * EIGHT_COLUMNS,
  }));
  return [...wholes, ...tails];
}

/** From zero, or from what the slabs before have left in C. */
function beginSums(code: Assembler, parts: readonly Part[]): void {
  const fresh = code.label("nothing was summed before");
  const begun = code.label("sums have begun");
  code.cmpNumber(of(job.FRESH), 0);
  code.jcc("notEqual", fresh);
  for (const { sum, masked, inRow } of parts) {
    const target = at(TARGET, { offset: inRow });
    if (masked) code.vmaskmovps(sum, ymm[MASK], target);
    else code.vmovups(sum, target);
  }
  code.jmp(begun);
  code.place(fresh);
  parts.forEach(({ sum }) => clear(code, sum));
  code.place(begun);
}

/** The row's non-zeros in their order: index, value, and a multiply-add for each vector. */
function addNonZeros(code: Assembler, parts: readonly Part[]): void {
  const [nonZero, stop, offset] = [rax, rcx, r10];
  const again = code.label("a non-zero");
  const none = code.label("no more of them");
  code.mov(rdi, of(job.STARTS));
  code.mov32(nonZero, at(rdi, { index: ROW, scale: 4 }));
  code.mov(rdi, of(job.ENDS));
  code.mov32(stop, at(rdi, { index: ROW, scale: 4 }));
  code.cmp(nonZero, stop);
  code.jcc("aboveOrEqual", none);
  code.place(again);
  code.mov32(offset, at(OFFSETS, { index: nonZero, scale: 4 }));
  code.vbroadcastss(widest(FACTOR, parts), at(VALUES, { index: nonZero, scale: 4 }));
  for (const { sum, masked, panel, inPanel } of parts) {
    const row = at(panel, { index: offset, offset: inPanel });
    if (masked) code.vmaskmovps(ymm[LOADED], ymm[MASK], row);
    code.vfmadd231ps(sum, alike(FACTOR, sum), masked ? ymm[LOADED] : row);
  }
  code.inc(nonZero);
  code.cmp(nonZero, stop);
  code.jcc("below", again);
  code.place(none);
}

/** min(high, max(low, sum + bias)), unless sums stay as they are. */
function finishSums(code: Assembler, parts: readonly Part[]): void {
  const finished = code.label("sums stay as they are");
  const unbiased = code.label("a bias of 0");
  const bias = FACTOR;
  code.cmpNumber(of(job.FINISH), 0);
  code.jcc("equal", finished);
  clear(code, ymm[bias]);
  code.mov(rdi, of(job.BIAS));
  code.cmpNumber(rdi, 0);
  code.jcc("equal", unbiased);
  code.vbroadcastss(widest(bias, parts), at(rdi, { index: ROW, scale: 4 }));
  code.place(unbiased);
  parts.forEach(({ sum }) => code.vaddps(sum, sum, alike(bias, sum)));
  code.vbroadcastss(widest(LIMIT, parts), of(job.LOW));
  parts.forEach(({ sum }) => code.vmaxps(sum, sum, alike(LIMIT, sum)));
  code.vbroadcastss(widest(LIMIT, parts), of(job.HIGH));
  parts.forEach(({ sum }) => code.vminps(sum, sum, alike(LIMIT, sum)));
  code.place(finished);
}

/** A write to eight elements clears those above them. */
function clear(code: Assembler, { vector }: Vector): void {
  code.vxorps(ymm[vector], ymm[vector], ymm[vector]);
}

/** A vector by its number, as wide as another, or as the widest: a narrower one is a part of it. */
function alike(number: number, { bits }: Vector): Vector {
  return bits === 512 ? zmm[number] : ymm[number];
}

function widest(number: number, [first]: readonly Part[]): Vector {
  return alike(number, first.sum);
}
