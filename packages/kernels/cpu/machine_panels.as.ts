// Panels multiplied by code of the processor's own: what WASM tells it (panel_job.as.ts).
import * as job from "./panel_job.as";
import * as to from "./panel_product.as";

/** Code of the processor's own that does a job, where there is some. */
@external("env", "machine")
export declare function machine(job: usize): void;

/** Whether sums stay as they are in the end. */
@inline
export function isPlain(product: usize): bool {
  return !load<u32>(product, to.BIAS) && load<f32>(product, to.LOW) == -Infinity && load<f32>(product, to.HIGH) == Infinity;
}

/**
 * Writes what `multiplyPanels` of wide panels is told, for rows begin..end.
 *
 * @param at The job.
 * @param skip What offsets are too large by.
 * @param step Rows that pass all panels before the next ones do.
 */
export function writeJob(
  at: usize,
  product: usize,
  starts: usize,
  stops: usize,
  offsets: usize,
  values: usize,
  from: usize,
  skip: usize,
  pitch: usize,
  column: usize,
  panels: usize,
  fresh: bool,
  plain: bool,
  begin: usize,
  end: usize,
  step: usize,
): void {
  const n = <usize>load<u32>(product, to.N);
  const whole = min(panels, (n - column) >> 5);
  const tail = whole < panels ? (n - column) & 31 : 0;
  // Addresses here may have gone round; those of the processor do not.
  const first = <i64>load<u32>(starts + (begin << 2)) << 2;
  store<i64>(at, 0, job.KIND);
  store<i64>(at, starts, job.STARTS);
  store<i64>(at, stops, job.ENDS);
  store<i64>(at, <i64><u32>(offsets + <usize>first) - first, job.OFFSETS);
  store<i64>(at, <i64><u32>(values + <usize>first) - first, job.VALUES);
  store<i64>(at, <i64>from - <i64>skip, job.PANEL);
  store<i64>(at, load<u32>(product, to.C) + (column << 2), job.C);
  store<i64>(at, load<u32>(product, to.BIAS), job.BIAS);
  store<i64>(at, pitch, job.PITCH);
  store<i64>(at, n << 2, job.ROW);
  store<i64>(at, begin, job.BEGIN);
  store<i64>(at, end, job.END);
  store<i64>(at, step, job.STEP);
  store<i64>(at, whole, job.WHOLE);
  store<i64>(at, (tail + 7) >> 3, job.TAIL);
  store<i64>(at, fresh ? 1 : 0, job.FRESH);
  store<i64>(at, plain ? 0 : 1, job.FINISH);
  store<f32>(at, load<f32>(product, to.LOW), job.LOW);
  store<f32>(at, load<f32>(product, to.HIGH), job.HIGH);
  for (let lane: usize = 0; lane < 8; lane++) {
    store<i32>(at + (lane << 2), lane <= ((tail - 1) & 7) ? -1 : 0, job.MASK);
  }
  store<i64>(at, 0, job.SHARES);
}
