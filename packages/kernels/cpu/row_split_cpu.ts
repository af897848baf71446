import {
  type Device,
  extents,
  operand,
  type SpmmKernel,
  type SpmmProblem,
  type Support,
} from "@spmm/spmm";
import type { ProgramBinaries } from "@spmm/wasm";
import { skewed, WIDE_ROW_BYTES } from "./panel_layout.ts";
import {
  type EncodingSite,
  type PanelEncoding,
  takeWords,
  writeOffsets,
  writeSlabBounds,
  writeValues,
} from "./panel_encoding.ts";
import { panelMachineCode } from "./panel_machine_code.ts";
import { planPanels, supportsPanels } from "./panel_plan.ts";
import { SHARE_BYTES } from "./panel_product.as.ts";
import { panelTasks } from "./panel_tasks.ts";

const BINARIES: ProgramBinaries = {
  shared: new URL("./row_split.shared.wasm", import.meta.url),
  single: new URL("./row_split.wasm", import.meta.url),
  relaxed: {
    shared: new URL("./row_split.relaxed.shared.wasm", import.meta.url),
    single: new URL("./row_split.relaxed.wasm", import.meta.url),
  },
  machineCode: panelMachineCode,
};

/**
 * Row-split on the CPU: each row of C is summed in registers while its non-zeros pass, and rows are
 * shared among the threads by non-zeros (Yang, Buluç, Owens, Euro-Par 2018 §4.1).
 *
 * `transpose` multiplies by the transpose as CSR, made while planning and kept in A's place. Sums are
 * taken in the order of CSR, whatever the number of threads; multiply and add are rounded once or
 * twice as the processor has it (relaxed SIMD), so the bits are one machine's. f16 storage rounds as
 * it must and saves no bytes: WASM loads no f16.
 *
 * @example A product on two threads
 * ```ts
 * import { rowSplitCpu } from "@spmm/cpu";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import { openCpu } from "@spmm/wasm";
 * import assert from "node:assert/strict";
 *
 * await using cpu = await openCpu({ threads: 2 });
 * const a = csrFromDense(dense(2, 3, new Float32Array([0, 2, 0, 1, 0, -1])));
 * await using plan = await rowSplitCpu.plan({ a, n: 2 }, cpu);
 * const c = await plan.multiply(dense(3, 2, new Float32Array([1, 2, 3, 4, 5, 6])));
 * assert.ok(c.location === "host");
 * assert.deepEqual([...c.data], [6, 8, -4, -4]);
 * ```
 */
export const rowSplitCpu: SpmmKernel = {
  name: "row-split-cpu",
  family: "row-split",
  device: "cpu",
  source: "Yang, Buluç, Owens, Euro-Par 2018 §4.1",
  supports,
  plan: (problem, device) => planPanels(rowSplitCpu, BINARIES, encode, problem, device),
};

function supports(problem: SpmmProblem, device: Device): Support {
  const { k } = extents(problem);
  if (skewed(k) * WIDE_ROW_BYTES <= 2 ** 32) {
    return supportsPanels(problem, device, (_, { slabs }) => csrBytes(problem, slabs));
  }
  return { ok: false, reason: `the ${k} rows of B are more than 32-bit offsets into panels reach` };
}

function csrBytes(problem: SpmmProblem, slabs: number): number {
  return 4 * (slabs * extents(problem).m + 1 + 2 * problem.a.values.length);
}

function encode({ problem, device, layout, take }: EncodingSite): PanelEncoding {
  const a = operand(problem);
  const { m } = extents(problem);
  const rowOffsets = takeWords(take, a.rowOffsets, "row offsets");
  const offsets = take(a.colIndices.byteLength, "column indices");
  const values = take(a.values.byteLength, "values");
  writeOffsets(a.colIndices, problem.n, layout, offsets.u32());
  writeValues(a.values, problem.storage, values.f32());
  const bounds = take(4 * m * (layout.slabs - 1), "where slabs end in each row");
  writeSlabBounds(a, layout, bounds.u32());
  const { tasks, shares, sharing, heaviestShare } = panelTasks(
    a.rowOffsets,
    layout,
    device.threads,
  );
  const taskWords = tasks.flatMap((
    { begin, end, panel, lastPanel },
  ) => [begin, end, panel, lastPanel]);
  const threads = shares.length - 1;
  const who = threads === 1 ? "one thread" : `${threads} threads`;
  const claims = take(SHARE_BYTES * threads, "which tasks are claimed");
  const list = takeWords(take, [
    rowOffsets.address,
    bounds.address,
    offsets.address,
    values.address,
    takeWords(take, taskWords, "the tasks").address,
    claims.address,
    threads,
    sharing,
  ], "the encoding's list");
  return {
    bytes: rowOffsets.bytes + bounds.bytes + offsets.bytes + values.bytes,
    summary: `rows and columns of C in ${tasks.length} tasks for ${who}, ` +
      `sums of 32 columns in registers${problem.transpose ? ", over a kept transpose" : ""}`,
    facts: { tasks: tasks.length, heaviestShare },
    list,
    attendance: threads === 1 ? "alone" : "early",
    prepare: () => openShares(shares, claims.u32()),
  };
}

/** Nothing is claimed: for each share, its first task and the last's end. */
function openShares(shares: readonly number[], claims: Uint32Array<ArrayBufferLike>): void {
  for (let share = 0; share + 1 < shares.length; share += 1) {
    claims[share * SHARE_BYTES / 4] = shares[share];
    claims[share * SHARE_BYTES / 4 + 1] = shares[share + 1];
  }
}
