// The two ceilings of the roofline, as WASM can reach them, or the machine code that it calls.

/** Copies a thread's share of bytes, a multiple of 64. */
export function copy(thread: usize, from: usize, to: usize, bytes: usize): void {
  from += thread * bytes;
  to += thread * bytes;
  const end = from + bytes;
  while (from < end) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    from += 64;
    to += 64;
  }
}

@inline
function step(sum: v128, scale: v128, shift: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(sum, scale, shift);
  return f32x4.add(f32x4.mul(sum, scale), shift);
}

/**
 * Multiplies and adds in twelve chains, which is what hides the latency and still fits in sixteen
 * registers: 96 operations a round. The sums are stored so that nothing is optimised away; scale and
 * shift come from memory, since V8 would build constants anew at every use.
 *
 * @param operands For each thread 64 bytes, three vectors: the first values (overwritten by the sum),
 * the scale, the shift.
 */
export function multiplyAdd(thread: usize, operands: usize, rounds: u32): void {
  const out = operands + (thread << 6);
  const scale = v128.load(out, 16);
  const shift = v128.load(out, 32);
  let a = v128.load(out);
  let b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
  for (let round: u32 = 0; round < rounds; round++) {
    a = step(a, scale, shift);
    b = step(b, scale, shift);
    c = step(c, scale, shift);
    d = step(d, scale, shift);
    e = step(e, scale, shift);
    f = step(f, scale, shift);
    g = step(g, scale, shift);
    h = step(h, scale, shift);
    i = step(i, scale, shift);
    j = step(j, scale, shift);
    k = step(k, scale, shift);
    l = step(l, scale, shift);
  }
  const abcd = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const efgh = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
  const ijkl = f32x4.add(f32x4.add(i, j), f32x4.add(k, l));
  v128.store(out, f32x4.add(f32x4.add(abcd, efgh), ijkl));
}

/** Code of the processor's own that multiplies and adds, where there is some. */
@external("env", "machine")
declare function machine(job: usize): void;

/**
 * The same by machine code, of registers alone.
 *
 * @param jobs For each thread 64 bytes, for how many rounds there are to be.
 */
export function multiplyAddByMachine(thread: usize, jobs: usize, rounds: u32): void {
  const job = jobs + (thread << 6);
  store<u64>(job, rounds);
  machine(job);
}
