// What threads are told of a product by panels, all the same: where each of its parts stands, four
// bytes each, written by panel_plan.ts and read by panels.as.ts.

/** B, k×n, and C, m×n, row-major. */
export const B = 0;
export const C = 4;
export const M = 8;
export const K = 12;
export const N = 16;
/** Rows of a panel, empty ones counted; 0 where B is used as it stands. */
export const STRIDE = 20;
/** Panels that a thread packs at a time. */
export const GROUP = 24;
/** Panels of 32 columns, which come before those of 8, and all of them. */
export const WIDE = 28;
export const PANELS = 32;
/** Rows of B of a slab. */
export const SLAB = 36;
/** One f32 for each row of C, or 0 for none. */
export const BIAS = 40;
/** Between which the activation keeps elements, f32. */
export const LOW = 44;
export const HIGH = 48;
/** Memory of the threads' own, and how many bytes each has of it. */
export const OWN = 52;
export const OWN_BYTES = 56;
/** Whether machine code does the panels. */
export const BY_MACHINE = 60;
/** What the kernel lists of its encoding. */
export const ENCODING = 64;
export const PRODUCT_BYTES = 68;

/** Bytes of a share of row-split's tasks, which threads claim: a cache line of its own. */
export const SHARE_BYTES = 64;

// Of a thread's own memory: a row of a panel, a job of machine code (panel_job.as.ts, order_job.as.ts)
// in whole cache lines, so that what follows begins with one, and the panels of a group.
export const SPILL = 0;
export const JOB = 128;
export const PACKED = 384;
