import { stringify } from "csv-stringify/sync";
import type { RowValues } from "./row.ts";

/**
 * Records as CSV with a header line (RFC 4180): what is absent is empty, numbers are written in full.
 *
 * @param records Records with the same keys.
 *
 * @example Two records
 * ```ts
 * import { csvOf } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const text = csvOf([{ kernel: "merge", us: 1.5 }, { kernel: "a,b", us: undefined }]);
 * assert.equal(text, 'kernel,us\nmerge,1.5\n"a,b",\n');
 * ```
 */
export function csvOf(records: readonly RowValues[]): string {
  const columns = Object.keys(records[0] ?? {});
  const cast = { boolean: (value: boolean) => String(value) };
  return stringify([...records], { header: true, columns, cast });
}
