import { assembleCsr, type Assembly } from "./assemble_csr.ts";
import type { Csr } from "./csr.ts";
import type { EntryList } from "./entry_list.ts";
import type { TextScanner } from "./text_scanner.ts";

/** Reads an index that counts from `base`, and returns it counting from 0. */
export function readIndex(
  scanner: TextScanner,
  what: string,
  base: 0 | 1,
  bound: number,
): number {
  const index = scanner.index(`the ${what}`);
  if (index >= base && index < bound + base) return index - base;
  const expected = `the ${what} must be from ${base} to ${bound - 1 + base}`;
  if (index < base) {
    const reason = `a ${what} counts from 0 where 1 is due`;
    return scanner.fail({ fault: "base", reason, expected, received: index });
  }
  const reason = `a ${what} is out of range`;
  return scanner.fail({ fault: "range", reason, expected, received: index });
}

/** Puts the entries in order; a duplicate that may not be is refused with its line. */
export function assembleEntries(
  scanner: TextScanner,
  entries: EntryList,
  assembly: Omit<Assembly, "onDuplicate">,
  base: 0 | 1,
): Csr {
  const onDuplicate = (line: number, row: number, col: number) =>
    scanner.fail({
      fault: "duplicate",
      reason: "a position stands twice",
      expected: 'each may stand once, unless the option duplicates is "sum"',
      received: `(${row + base}, ${col + base})`,
    }, line);
  const a = assembleCsr(entries, { ...assembly, onDuplicate });
  if (assembly.duplicates === "sum") checkSums(scanner, a);
  return a;
}

/** Each value was finite; that their sums are is not said. */
function checkSums(scanner: TextScanner, { values }: Csr): void {
  const sum = values.find((value) => !Number.isFinite(value));
  if (sum === undefined) return;
  const reason = "the sum of duplicates is too large";
  const expected = "sums must be within the range of f32";
  scanner.fail({ fault: "number", reason, expected, received: sum });
}
