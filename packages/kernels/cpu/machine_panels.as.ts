// Panels multiplied by code of the processor's own: what WASM tells it (panel_job.as.ts).
import { BEGIN, BIAS, C, END, ENDS, FINISH, FRESH, HIGH, KIND, LOW, MASK, OFFSETS, PANEL, PITCH, ROW, STARTS, STEP, TAIL, VALUES, WHOLE } from "./panel_job.as";

/** Code of the processor's own that does a job, where there is some. */
@external("env", "machine")
export declare function machine(job: usize): void;

/**
 * `multiplyPanels` of wide panels, by machine code.
 *
 * @param skip What offsets are too large by.
 */
export function runJob(
  job: usize,
  starts: usize,
  stops: usize,
  offsets: usize,
  values: usize,
  from: usize,
  skip: usize,
  pitch: usize,
  c: usize,
  n: usize,
  column: usize,
  panels: usize,
  bias: usize,
  low: f32,
  high: f32,
  fresh: bool,
  plain: bool,
  begin: usize,
  end: usize,
  step: usize,
): void {
  const whole = min(panels, (n - column) >> 5);
  const tail = whole < panels ? (n - column) & 31 : 0;
  // Addresses here may have gone round; those of the processor do not.
  const first = <i64>load<u32>(starts + (begin << 2)) << 2;
  store<i64>(job, 0, KIND);
  store<i64>(job, starts, STARTS);
  store<i64>(job, stops, ENDS);
  store<i64>(job, <i64><u32>(offsets + <usize>first) - first, OFFSETS);
  store<i64>(job, <i64><u32>(values + <usize>first) - first, VALUES);
  store<i64>(job, <i64>from - <i64>skip, PANEL);
  store<i64>(job, c + (column << 2), C);
  store<i64>(job, bias, BIAS);
  store<i64>(job, pitch, PITCH);
  store<i64>(job, n << 2, ROW);
  store<i64>(job, begin, BEGIN);
  store<i64>(job, end, END);
  store<i64>(job, step, STEP);
  store<i64>(job, whole, WHOLE);
  store<i64>(job, (tail + 7) >> 3, TAIL);
  store<i64>(job, fresh ? 1 : 0, FRESH);
  store<i64>(job, plain ? 0 : 1, FINISH);
  store<f32>(job, low, LOW);
  store<f32>(job, high, HIGH);
  for (let at: usize = 0; at < 8; at++) {
    store<i32>(job + (at << 2), at <= ((tail - 1) & 7) ? -1 : 0, MASK);
  }
  machine(job);
}
