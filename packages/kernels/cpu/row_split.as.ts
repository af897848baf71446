// Row-split over CSR (Yang, Buluç, Owens, Euro-Par 2018 §4.1) with B in panels: a row of C stays in
// registers while its non-zeros pass, and is written once. Threads claim rows and panels as they go.
import { isPlain, machine, writeJob } from "./machine_panels.as";
import * as job from "./panel_job.as";
import * as to from "./panel_product.as";
import { multiplyRows, ownOf } from "./panels.as";

// Where the parts of the encoding's list stand, four bytes each.
const ROW_OFFSETS: usize = 0;
const BOUNDS: usize = 4;
const OFFSETS: usize = 8;
const VALUES: usize = 12;
/** For each task its first row, its last, its first panel, its last, in four u32. */
const TASKS: usize = 16;
/** For each thread, SHARE_BYTES apart, the next task of its share and the last's end, u32. */
const SHARES: usize = 20;
const THREADS: usize = 24;
/** Shares that lie side by side and are of the same panels, where nothing is packed. */
const SHARING: usize = 28;

/**
 * C = min(high, max(low, A·B + bias)) for the tasks that nobody else claims: first those of this
 * thread's own share, whose rows of C and panels of B may still be in its cache from the product
 * before, then what the others have left.
 *
 * @param product What threads are told (panel_product.as.ts), its encoding as row_split_cpu.ts
 * lists it.
 */
export function multiply(thread: u32, product: usize): void {
  const encoding = <usize>load<u32>(product, to.ENCODING);
  const own = ownOf(product, thread);
  const tasks = <usize>load<u32>(encoding, TASKS);
  const isWhole = load<u32>(product, to.SLAB) >= load<u32>(product, to.K);
  if (isWhole && load<u32>(product, to.BY_MACHINE) && !load<u32>(product, to.STRIDE)) {
    return claimByMachine(product, own + to.JOB, encoding, thread);
  }
  const shares = <usize>load<u32>(encoding, SHARES);
  const threads = load<u32>(encoding, THREADS);
  let held = usize.MAX_VALUE;
  for (let task = claim(shares, thread, threads); task != NONE; task = claim(shares, thread, threads)) {
    const at = tasks + (<usize>task << 4);
    const panel = <usize>load<u32>(at, 8);
    multiplyRows(
      product,
      own,
      load<u32>(encoding, ROW_OFFSETS),
      load<u32>(encoding, BOUNDS),
      load<u32>(encoding, OFFSETS),
      load<u32>(encoding, VALUES),
      load<u32>(at),
      load<u32>(at, 4),
      panel,
      load<u32>(at, 12),
      isWhole && panel == held,
    );
    held = panel;
  }
}

/**
 * The same where nothing is packed: machine code claims rows itself, since each call of it takes time,
 * first of this thread's own panels, then of those that others have left.
 */
function claimByMachine(product: usize, at: usize, encoding: usize, thread: u32): void {
  const shares = <usize>load<u32>(encoding, SHARES);
  const threads = load<u32>(encoding, THREADS);
  const sharing = load<u32>(encoding, SHARING);
  let first = thread - thread % sharing;
  claimRows(product, at, encoding, first, thread);
  for (let tried = sharing; tried < threads; tried += sharing) {
    first = first + sharing < threads ? first + sharing : 0;
    if (isLeft(shares, first, sharing)) claimRows(product, at, encoding, first, first);
  }
}

/** Whether a task of some shares may still be claimed. */
function isLeft(shares: usize, first: u32, count: u32): bool {
  const end = shares + <usize>(first + count) * to.SHARE_BYTES;
  for (let share = shares + <usize>first * to.SHARE_BYTES; share < end; share += to.SHARE_BYTES) {
    if (load<u32>(share) < load<u32>(share, 4)) return true;
  }
  return false;
}

/**
 * Rows of the panels that some shares have in common.
 *
 * @param first The first of them.
 * @param own The one to begin with.
 */
function claimRows(product: usize, at: usize, encoding: usize, first: u32, own: u32): void {
  const b = <usize>load<u32>(product, to.B);
  const starts = <usize>load<u32>(encoding, ROW_OFFSETS);
  const offsets = <usize>load<u32>(encoding, OFFSETS);
  const values = <usize>load<u32>(encoding, VALUES);
  const tasks = <usize>load<u32>(encoding, TASKS);
  const shares = <usize>load<u32>(encoding, SHARES) + <usize>first * to.SHARE_BYTES;
  const share = shares + <usize>(own - first) * to.SHARE_BYTES;
  const last = tasks + (<usize>(load<u32>(share, 4) - 1) << 4);
  const panel = <usize>load<u32>(last, 8);
  const panels = <usize>load<u32>(last, 12) - panel;
  writeJob(at, product, starts, starts + 4, offsets, values, b + (panel << 7), 0, 128, panel << 5, panels, true, isPlain(product), 0, 0, 1);
  store<i64>(at, tasks, job.TASKS);
  store<i64>(at, shares, job.SHARES);
  store<i64>(at, shares + <usize>load<u32>(encoding, SHARING) * to.SHARE_BYTES, job.SHARES_END);
  store<i64>(at, share, job.OWN_SHARE);
  store<i64>(at, share, job.SHARE);
  machine(at);
}

const NONE: u32 = u32.MAX_VALUE;

/** The next task of the first share from this thread's on that has one. */
@inline
function claim(shares: usize, thread: u32, threads: u32): u32 {
  for (let tried: u32 = 0; tried < threads; tried++) {
    const share = shares + <usize>((thread + tried) % threads) * to.SHARE_BYTES;
    const task = next(share);
    if (task < load<u32>(share, 4)) return task;
  }
  return NONE;
}

@inline
function next(share: usize): u32 {
  if (ASC_FEATURE_THREADS) return atomic.add<u32>(share, 1);
  const task = load<u32>(share);
  store<u32>(share, task + 1);
  return task;
}
