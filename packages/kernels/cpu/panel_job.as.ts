// What machine code finds out about the panels that it is to multiply: where each part of a job
// stands, eight bytes each, read by panel_machine_code.ts and written by machine_panels.as.ts.

/** 0; 1 in a job that puts entries in order (order_job.as.ts). */
export const KIND = 0;

// Addresses, counted from where the linear memory begins.
/** For each row of C its first non-zero and the one behind its last, u32. */
export const STARTS = 8;
export const ENDS = 16;
/** What the first non-zero of all would have: where its row of B stands in a panel, u32; its value. */
export const OFFSETS = 24;
export const VALUES = 32;
/** The first panel, and C's first row in the panel's columns. */
export const PANEL = 40;
export const C = 48;
/** One f32 for each row of C, or 0 for none. */
export const BIAS = 56;

// Numbers.
/** Bytes from panel to panel, and from row to row of C. */
export const PITCH = 64;
export const ROW = 72;
/** Rows of C, and how many of them pass all panels together. */
export const BEGIN = 80;
export const END = 88;
export const STEP = 96;
/** Panels that C has all columns of, and in how many vectors of eight it has those of one more. */
export const WHOLE = 104;
export const TAIL = 112;
/** Whether nothing was summed before, and whether nothing follows, but for bias and activation. */
export const FRESH = 120;
export const FINISH = 128;
/** Between which the activation keeps elements, f32. */
export const LOW = 136;
export const HIGH = 140;
/** For each column of the last of those vectors −1 where C has it, else 0, i32. */
export const MASK = 144;

// Addresses, where rows are claimed, and BEGIN and END are what was claimed last. Where rows are given,
// SHARES is 0 and the others say nothing.
/** For each task, its first row and the one behind its last, u32, sixteen bytes apart. */
export const TASKS = 176;
/** Shares of tasks, SHARE_BYTES apart: the next task of each and the one behind its last, u32; the end. */
export const SHARES = 184;
export const SHARES_END = 192;
/** The share that this thread begins with, which is where it stops asking, and the one at hand. */
export const OWN_SHARE = 200;
export const SHARE = 208;

// For machine code itself: whole panels that rows have not passed yet, and where C has the next one.
export const LEFT = 216;
export const COLUMNS = 224;
