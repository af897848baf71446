// What machine code finds out about the block of CSB whose entries it is to put in order: where each
// part of a job stands, eight bytes each, read by order_machine_code.ts and written by csb.as.ts.
// A job begins with its kind, as that of panels does (panel_job.as.ts), whose memory it takes.

// Addresses, counted from where the linear memory begins.
/** The encoding's indices, bit after bit, and the value of the block's first entry. */
export const INDICES = 8;
export const VALUES = 16;
/** For the block's first row of op(A), where its next entry goes, u32. */
export const CURSORS = 24;
/** Where what would be number 0 of all goes: offset and value. */
export const OFFSETS = 32;
export const ORDERED_VALUES = 40;

// Numbers.
/** The bit that the block's first index begins with, the bits of an index and those of its halves. */
export const BIT = 48;
export const WIDTH = 56;
export const HALF = 64;
export const MASK = 72;
export const ENTRIES = 80;
/** Columns of op(A) before the block's. */
export const BEFORE = 88;
/** Bytes from row to row of B, or of a panel, and those of the row that stays empty after 32. */
export const PITCH = 96;
export const SKEW = 104;
/** Whether an index has the column of op(A) in its upper half. */
export const TRANSPOSED = 112;
