// What machine code finds out about the panels that it is to multiply: where each part of a job
// stands, eight bytes each, read by panel_machine_code.ts and written by panels.as.ts.

// Addresses, counted from where the linear memory begins.
/** For each row of C its first non-zero and the one behind its last, u32. */
export const STARTS = 0;
export const ENDS = 8;
/** What the first non-zero of all would have: where its row of B stands in a panel, u32; its value. */
export const OFFSETS = 16;
export const VALUES = 24;
/** The first panel, and C's first row in the panel's columns. */
export const PANEL = 32;
export const C = 40;
/** One f32 for each row of C, or 0 for none. */
export const BIAS = 48;

// Numbers.
/** Bytes from panel to panel, and from row to row of C. */
export const PITCH = 56;
export const ROW = 64;
/** Rows of C, and how many of them pass all panels together. */
export const BEGIN = 72;
export const END = 80;
export const STEP = 88;
/** Panels that C has all columns of, and in how many vectors of eight it has those of one more. */
export const WHOLE = 96;
export const TAIL = 104;
/** Whether nothing was summed before, and whether nothing follows, but for bias and activation. */
export const FRESH = 112;
export const FINISH = 120;
/** Between which the activation keeps elements, f32. */
export const LOW = 128;
export const HIGH = 132;
/** For each column of the last of those vectors −1 where C has it, else 0, i32. */
export const MASK = 136;

// For machine code itself: whole panels that rows have not passed yet, and where C has the next one.
export const LEFT = 168;
export const COLUMNS = 176;
export const JOB_BYTES = 184;
