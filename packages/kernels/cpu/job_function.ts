import { type Assembler, at, general, type Place } from "@spmm/x86-64";

const { rbx, rbp, rsi, rdi, r12, r13, r14, r15 } = general;

/** What a function must leave as it was, by the convention of Linux. */
const KEPT = [rbx, rbp, r12, r13, r14, r15];

const JOB = rbp;

/** A part of the job at hand. */
export function of(offset: number): Place {
  return at(JOB, { offset });
}

/**
 * Writes a function that does a job: it takes the address of the job in rdi and that of the linear
 * memory in rsi, which is still there when the body begins. The job stays in rbp.
 *
 * @param addresses Parts of the job that are addresses in the linear memory; the body finds those of
 * the process in their places.
 * @param body Writes what the function does.
 */
export function writeJobFunction(
  code: Assembler,
  addresses: readonly number[],
  body: () => void,
): void {
  KEPT.forEach((register) => code.push(register));
  code.mov(JOB, rdi);
  for (const address of addresses) code.addTo(of(address), rsi);
  body();
  KEPT.toReversed().forEach((register) => code.pop(register));
  code.ret();
}
